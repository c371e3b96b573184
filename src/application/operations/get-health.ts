import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Health } from '../health/health.js';
import { type HealthReport, healthReport } from './health-report.js';

/** How each part of this instance is. Answered from memory: no store is asked. */
export class GetHealth extends Query<HealthReport> {}

@QueryHandler(GetHealth)
export class GetHealthHandler implements IQueryHandler<GetHealth> {
  constructor(private readonly health: Health) {}

  async execute(): Promise<HealthReport> {
    return healthReport(this.health);
  }
}
