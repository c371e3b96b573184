import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/kernel/event.js';
import { plus } from '../../../domain/kernel/instant.js';
import { ReadModels } from '../engine/read-models.js';
import { type AgendaDocument, agenda, type Lane } from './agenda.js';

/** Queries the agenda's index for due work. */
@Injectable()
export class DueAgenda {
  constructor(private readonly readModels: ReadModels) {}

  /** The first `limit` entries of a lane that are due at a moment and accepted by `wanted`, earliest first. */
  async due(
    lane: Lane,
    now: Instant,
    limit: number,
    wanted: (document: AgendaDocument) => boolean,
  ): Promise<readonly AgendaDocument[]> {
    const found: AgendaDocument[] = [];
    let after: string | undefined;
    do {
      const page = await this.readModels.find<AgendaDocument>(agenda, {
        where: { lane },
        range: { dueAt: { to: plus(now, 1) } },
        orderBy: 'dueAt',
        limit,
        ...(after ? { after } : {}),
      });
      found.push(...page.documents.filter(wanted));
      after = page.next;
    } while (after && found.length < limit);
    return found.slice(0, limit);
  }

  /** The first of these entries that is due at a moment and accepted by `wanted`. */
  async dueAmong(
    ids: readonly string[],
    now: Instant,
    wanted: (document: AgendaDocument) => boolean,
  ): Promise<AgendaDocument | undefined> {
    if (ids.length === 0) return undefined;
    const found = await this.readModels.get<AgendaDocument>(agenda, ids);
    return ids
      .map((id) => found.get(id))
      .find((one) => one?.dueAt !== undefined && one.dueAt <= now && wanted(one));
  }

  /** The first moment after `after`, and not after `until`, at which something is due. */
  async nextMoment(after: Instant, until: Instant): Promise<Instant | undefined> {
    const { documents } = await this.readModels.find<AgendaDocument>(agenda, {
      range: { dueAt: { from: plus(after, 1), to: plus(until, 1) } },
      orderBy: 'dueAt',
      limit: 1,
    });
    return documents[0]?.dueAt;
  }
}
