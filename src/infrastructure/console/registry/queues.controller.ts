import { Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import * as z from 'zod';
import { GetChanges } from '../../../application/audit/changes/get-changes.js';
import type { ListedPage } from '../../../application/audit/registry/list-documents.js';
import { Clock } from '../../../application/ports/clock.js';
import type { PostDocument } from '../../../application/read-models/approval-queues/approval-queues.js';
import type { Principal } from '../../../domain/access/principal.js';
import type { Scope } from '../../../domain/access/scope.js';
import { hasCode } from '../../../domain/kernel/herald-error.js';
import { DIGEST } from '../../../domain/rules/notifications.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { pageQuery, queueParams, queuesQuery } from '../../http/query-schemas.js';
import { Filters } from '../kit/form.js';
import { at } from '../kit/href.js';
import { ConsoleController, Page } from '../kit/page.js';
import { pagerOf } from '../kit/pager.js';
import { optionsOf } from '../kit/words.js';
import { changeRows } from './change-rows.js';
import type { ChangesPage } from './changes-page.js';
import { type ListPage, listPage } from './list-page.js';
import { type PostRow, postRow } from './post-row.js';
import { ALL_POSTS, type QueuePage, queuePage } from './queue-page.js';
import { Registry } from './registry.js';
import { type LatestChanges, Related } from './related.js';

type QueuesFilters = z.output<typeof queuesQuery>;
type QueueParams = z.output<typeof queueParams>;

const STATUSES = queuesQuery.shape.status.unwrap().options;

/** A queue is about what waits; the rest is there on request. */
const queueQuery = pageQuery.extend({ status: z.enum([...STATUSES, ALL_POSTS]).default('waiting') });

interface QueuesPage extends ListPage<PostRow, QueuesFilters> {
  readonly statuses: ReturnType<typeof optionsOf>;
}

/** Approval queues: the posts that wait, and who is told about them. */
@ConsoleController('queues')
export class QueuesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly registry: Registry,
    private readonly related: Related,
    private readonly clock: Clock,
  ) {}

  @Page('', 'queues', 'history:read')
  async list(
    @Filters({ schema: queuesQuery }) filters: QueuesFilters,
    @Caller() { scope }: Principal,
  ): Promise<QueuesPage> {
    const { partner, status, limit, after } = filters;
    const page = await this.#posts(scope, { partner, status, limit, after });
    return {
      ...listPage('Queues', at('queues'), filters, page, (post) => postRow(post, this.clock.now())),
      statuses: optionsOf(STATUSES, status),
    };
  }

  @Page(':partnerId', 'queue', 'history:read')
  @ExpensiveRead()
  async one(
    @Param({ schema: queueParams }) { partnerId }: QueueParams,
    @Filters({ schema: queueQuery }) filters: z.output<typeof queueQuery>,
    @Caller() { scope }: Principal,
  ): Promise<QueuePage> {
    const { status, limit, after } = filters;
    const [partner, changes] = await Promise.all([
      this.registry.partner(scope, partnerId),
      this.#changes(scope, partnerId),
    ]);
    const [posts, told, planned] = await Promise.all([
      this.#posts(scope, {
        partner: partnerId,
        status: status === ALL_POSTS ? undefined : status,
        ...{ limit, after },
      }),
      this.related.told(scope, { partner: partnerId, rule: DIGEST }),
      this.related.planned(scope, { partner: partnerId }, (items) =>
        items.filter(({ rule, accountId }) => rule === DIGEST && accountId === undefined),
      ),
    ]);
    return queuePage({ partnerId, filters, partner, posts, changes, told, planned });
  }

  @Page(':partnerId/changes', 'changes', 'history:read')
  async changes(
    @Param({ schema: queueParams }) { partnerId }: QueueParams,
    @Filters({ schema: pageQuery }) page: z.output<typeof pageQuery>,
    @Caller() { scope }: Principal,
  ): Promise<ChangesPage> {
    const { items, next } = await this.queries.execute(
      new GetChanges(scope, 'approval-queue', partnerId, page),
    );
    return {
      title: `Changes of the queue of ${partnerId}`,
      subject: { text: partnerId, href: at('queues', partnerId) },
      rows: changeRows('approval-queue', items),
      ...pagerOf(at('queues', partnerId, 'changes'), page, next),
    };
  }

  /** The waiting posts in the order in which they are published; all others by their ids, since some have no date. */
  #posts(
    scope: Scope,
    {
      partner,
      status,
      limit,
      after,
    }: Omit<QueuesFilters, 'status'> & { readonly status: string | undefined },
  ): Promise<ListedPage<PostDocument>> {
    return this.registry.list<PostDocument>(scope, 'approval-queues', {
      where: { partnerId: partner, status },
      ...{ limit, after },
      orderBy: status === 'waiting' ? 'publishAt' : undefined,
    });
  }

  /** A partner whose queue nothing happened to has an empty one. */
  async #changes(scope: Scope, partnerId: string): Promise<LatestChanges | undefined> {
    try {
      return await this.related.changes(scope, 'approval-queue', partnerId, at('queues', partnerId));
    } catch (error) {
      const isKnown = (await this.registry.partner(scope, partnerId)) !== undefined;
      if (hasCode(error, 'not-found') && isKnown) return undefined;
      throw error;
    }
  }
}
