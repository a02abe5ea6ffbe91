import type { ToolReadings } from '../../core/model/circumstances.ts';
import type { Evidence } from '../../core/model/evidence.ts';
import type { Capability, Level, Missing } from '../../core/model/source.ts';

/** How much could be seen, and for everything that could not, why and what would help. */
export function toCapability(pid: number, evidence: Evidence, tools: ToolReadings): Capability {
  const missing = [...missingDescriptors(pid, evidence), ...missingTables(pid, evidence), ...missingAutopsy(evidence)];
  return { level: levelOf(evidence), missing: [...missing, ...missingTools(tools)] };
}

function levelOf({ open, tables, probes }: Evidence): Level {
  if (open.kind !== 'read') return 'count';
  if (tables.own !== null && tables.own.missing.length > 0) return 'kinds';
  const { status, isChosen } = probes;
  return status === 'denied' || status === 'unavailable' || !isChosen ? 'sockets' : 'autopsy';
}

function missingDescriptors(pid: number, { open }: Evidence): Missing[] {
  if (open.kind === 'read') return [];
  const because =
    open.kind === 'denied' ? `/proc/${pid}/fd may not be read by this user` : `/proc/${pid}/fd is ${open.kind}`;
  return [
    {
      what: 'the descriptors',
      because,
      remedy: `run as the user of the process or as root: sudo fdleak inspect ${pid}`,
    },
  ];
}

function missingTables(pid: number, { tables }: Evidence): Missing[] {
  const missing: Missing[] = (tables.own?.missing ?? []).map(({ name, because }) => ({
    what: `the socket table ${name}`,
    because: `/proc/${pid}/net/${name}: ${because}`,
    remedy: 'run as the user of the process or as root',
  }));
  if (tables.namespacesDenied > 0) {
    missing.push({
      what: 'other network namespaces',
      because: `the namespaces of ${tables.namespacesDenied} processes could not be told`,
      remedy: 'run as root',
    });
  }
  return missing;
}

function missingAutopsy({ open, probes }: Evidence): Missing[] {
  const { status, because, isChosen } = probes;
  if (open.kind !== 'read' || because === null) return [];
  if (!isChosen) return [{ what: 'the autopsy', because, remedy: 'name autopsy in --sources' }];
  if (status === 'skipped') return [];
  const remedy =
    status === 'unavailable' ? 'npm install koffi, then look again' : 'run as root, or with CAP_SYS_PTRACE';
  return [{ what: 'the autopsy of sockets in no table', because, remedy }];
}

/** prlimit is not missed: /proc gives the limits as well. */
function missingTools(tools: ToolReadings): Missing[] {
  const remedies = {
    lsof: 'install lsof for a second opinion; nothing else needs it',
    ss: 'install iproute2: only ss tells MPTCP states, and unix peers that are gone',
  } as const;
  return (['lsof', 'ss'] as const).flatMap((name) => {
    const reading = tools[name];
    switch (reading.kind) {
      case 'read':
      case 'skipped':
        return [];
      case 'timed-out':
        return [
          {
            what: name,
            because: `no end after ${reading.afterMs} ms`,
            remedy: 'give it more time: --tool-timeout 30s',
          },
        ];
      case 'unavailable':
        return [{ what: name, because: reading.because, remedy: remedies[name] }];
      case 'denied':
        return [{ what: name, because: reading.because, remedy: 'run as root' }];
      case 'failed':
        return [{ what: name, because: reading.because, remedy: `run ${name} by hand to see more` }];
    }
  });
}
