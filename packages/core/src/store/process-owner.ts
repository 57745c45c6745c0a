import { readFileSync, readlinkSync } from 'node:fs';
import { bootId } from './stat-signature.ts';

/**
 * A process that owns something in the store, as text that fits a file name: boot, process namespace, pid and the
 * time it started. The start time tells a process from a later one that was given the same pid.
 */
export function currentOwner(): string {
  return [bootId(), pidNamespace(), process.pid, startTime('self')].join('.');
}

/** Whether an owner still runs: `unknown` for one in another container, whose processes cannot be seen from here. */
export function ownerState(owner: string): 'alive' | 'dead' | 'unknown' {
  const [boot, namespace, pid, started] = owner.split('.');
  if (boot !== bootId()) return 'dead';
  if (namespace !== pidNamespace()) return 'unknown';
  return pid !== undefined && started !== undefined && startTime(pid) === started ? 'alive' : 'dead';
}

/** The start time of a process in clock ticks since boot; undefined when it does not run. */
function startTime(pid: string): string | undefined {
  try {
    // The program's name stands in parentheses and may itself hold spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isGone = fields[0] === 'Z' || fields[0] === 'X';
    return isGone ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

let namespace: string | undefined;

function pidNamespace(): string {
  namespace ??= readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '');
  return namespace;
}
