import { Injectable, Logger } from '@nestjs/common';
import { Rebuilds } from '../read-models/rebuild/rebuilds.js';

/** Logs what becomes of rebuilds: begun, caught up, paused, failed, swapped, cancelled. */
@Injectable()
export class RebuildLog {
  readonly #log = new Logger(RebuildLog.name);
  /** The last status of each projection's rebuild. */
  readonly #last = new Map<string, string>();

  constructor(replays: Rebuilds) {
    replays.reports.subscribe(({ id, name, status, failure }) => {
      const { projection, version, build } = name;
      // Not its id: words with an @ are masked in the log.
      const label = `${version}.${build}`;
      const said = `${id} ${status}`;
      if (this.#last.get(projection) === said) return;
      this.#last.set(projection, said);
      const fields = { projection, build: label, status, failedAt: failure?.position };
      if (status === 'failed') this.#log.warn(`Rebuild ${label} of ${projection}: failed`, fields);
      else this.#log.log(`Rebuild ${label} of ${projection}: ${status}`, fields);
    });
  }
}
