import { StartError } from '../start-error.ts';
import { Proxy } from './proxy.ts';
import { DEFAULT_PROXY_OPTIONS, type ProxyOptions } from './options.ts';

/** Starts P and resolves once it listens; rejects with a StartError when a port cannot be had. */
export async function startProxy(options: Partial<ProxyOptions> = {}): Promise<Proxy> {
  const proxy = new Proxy({ ...DEFAULT_PROXY_OPTIONS, ...options });
  try {
    await proxy.open();
  } catch (cause) {
    await proxy.close();
    throw new StartError(`cannot listen: ${cause instanceof Error ? cause.message : 'no reason given'}`, { cause });
  }
  return proxy;
}
