import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { v4 } from 'uuid';
import { InstanceIdentity } from '../../application/ports/instance-identity.js';

/** The scope of process ids: one boot of one kernel, and one of its PID namespaces. */
export interface ProcessSpace {
  readonly host: string;
  readonly pid: number;
  /** Such as `<boot id>:<inode of the PID namespace>`; undefined if the system does not provide it. */
  readonly space: string | undefined;
  /** The start time of a process, in ticks since the boot; `none`: there is no such process; undefined: unknown. */
  startOf(pid: number): string | 'none' | undefined;
}

/** The instances in this process; a test may have several. */
const here = new Set<string>();

/**
 * An instance named after its host and process, so that a killed process is detected at once. Host names and process ids are
 * not sufficient: two containers may share both. Another instance counts as gone only if boot, PID namespace and process start
 * time are known; otherwise the lease TTL decides.
 */
export class ProcessIdentity extends InstanceIdentity {
  override readonly id: string;

  constructor(private readonly at: ProcessSpace = thisProcess) {
    super();
    const { host, pid, space = '', startOf } = at;
    this.id = [host, pid, v4(), space, startOf(pid) ?? ''].join('/');
    here.add(this.id);
  }

  override described(id: string): string {
    const [host, pid] = id.split('/');
    return pid === undefined ? 'which has just stopped' : `process ${pid} on ${host}`;
  }

  override isGone(id: string): boolean {
    const [, pid, , space, start] = id.split('/');
    if (!space || space !== this.at.space || !start) return false;
    const now = this.at.startOf(Number(pid));
    if (now === undefined) return false;
    // The same process: an earlier instance in it is gone, unless it is still running.
    return now === start ? Number(pid) === this.at.pid && !here.has(id) : true;
  }
}

/** As Linux reports it under /proc; elsewhere nothing is known. */
const thisProcess: ProcessSpace = {
  host: hostname(),
  pid: process.pid,
  space: spaceOfThisProcess(),
  startOf: startOfProcess,
};

function spaceOfThisProcess(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const [inode] = /\d+/.exec(readlinkSync('/proc/self/ns/pid')) ?? [];
    return boot === '' || inode === undefined ? undefined : `${boot}:${inode}`;
  } catch {
    return undefined;
  }
}

function startOfProcess(pid: number): string | 'none' | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'none';
    // It is running as another user; /proc may show or hide it.
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The 22nd field; the second, the command, may contain blanks and ends with the last bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
