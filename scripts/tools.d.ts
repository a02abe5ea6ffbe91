export const TOOLS: Readonly<Record<'test' | 'long', Readonly<Record<string, string>>>>;

export function isThere(command: string): boolean;
