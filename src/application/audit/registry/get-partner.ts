import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { covers, type Scope } from '../../../domain/access/scope.js';
import { ReadModels } from '../../read-models/engine/read-models.js';
import { type PartnerDocument, partners } from '../../read-models/partners/partners.js';
import { notFound } from '../not-found.js';

/** One partner: its solution, name, zone, and whether it is registered or has left. */
export class GetPartner extends Query<PartnerDocument> {
  constructor(
    readonly scope: Scope,
    readonly partnerId: string,
  ) {
    super();
  }
}

@QueryHandler(GetPartner)
export class GetPartnerHandler implements IQueryHandler<GetPartner> {
  constructor(private readonly readModels: ReadModels) {}

  /** @throws HeraldError `not-found`, `read-models-rebuilding`. */
  async execute({ scope, partnerId }: GetPartner): Promise<PartnerDocument> {
    const partner = (await this.readModels.get<PartnerDocument>(partners, [partnerId])).get(partnerId);
    if (partner && covers(scope, partner.solutionId)) return partner;
    throw notFound(`There is no partner ${partnerId}.`, 'GET /v1/partners for the known ones');
  }
}
