import { Proxy } from './proxy.ts';
import { DEFAULT_PROXY_OPTIONS, type ProxyOptions } from './options.ts';

/** Starts P and resolves once it listens; rejects when a port cannot be had. */
export async function startProxy(options: Partial<ProxyOptions> = {}): Promise<Proxy> {
  const proxy = new Proxy({ ...DEFAULT_PROXY_OPTIONS, ...options });
  await proxy.open();
  return proxy;
}
