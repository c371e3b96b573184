import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import { v4 } from 'uuid';
import { Holder } from '../application/leases/holder.js';

/** The Heralds of this process: a test may have several. */
const here = new Set<string>();

/** A holder named after its host and process, so that a process that was killed on the same host is missed at once. */
@Injectable()
export class ProcessHolder extends Holder {
  override readonly id = [hostname(), process.pid, v4()].join('/');

  constructor() {
    super();
    here.add(this.id);
  }

  override described(id: string): string {
    const [host, pid] = id.split('/');
    return pid === undefined ? 'which has just ended' : `process ${pid} on ${host}`;
  }

  override isGone(id: string): boolean {
    const [host, pid] = id.split('/');
    if (host !== hostname()) return false;
    // The same number again: that of a process that ended, unless it is one of this process.
    return Number(pid) === process.pid ? !here.has(id) : !isRunning(Number(pid));
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, but as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
