/** How long this process computes for `work`, ms: unlike the time on the clock, about the same however busy the machine is. */
export function measureCpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
