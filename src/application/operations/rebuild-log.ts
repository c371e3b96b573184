import { Injectable, Logger } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { RebuildReported } from '../read-models/rebuild/rebuild-reported.js';

/** Logs the status changes of rebuilds: begun, caught up, paused, failed, swapped, cancelled. */
@Injectable()
@EventsHandler(RebuildReported)
export class RebuildLog implements IEventHandler<RebuildReported> {
  readonly #log = new Logger(RebuildLog.name);
  /** The last status of each projection's rebuild. */
  readonly #last = new Map<string, string>();

  handle({ build }: RebuildReported): void {
    const { id, name, status, failure } = build;
    const { projection, version, build: number } = name;
    // Not its id: words with an @ are masked in the log.
    const label = `${version}.${number}`;
    const said = `${id} ${status}`;
    if (this.#last.get(projection) === said) return;
    this.#last.set(projection, said);
    const fields = { projection, build: label, status, failedAt: failure?.position };
    if (status === 'failed') this.#log.warn(`Rebuild ${label} of ${projection}: failed`, fields);
    else this.#log.log(`Rebuild ${label} of ${projection}: ${status}`, fields);
  }
}
