import type { Health, HealthStatus, PartHealth } from '../health/health.js';

/** The health of this instance: the worst of its parts. */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly parts: readonly PartHealth[];
}

/** Without these parts no event is accepted and no query answered. */
const NEEDED_TO_ANSWER = new Set(['event-store', 'read-model-store', 'read-models']);

const WORST_FIRST = ['down', 'degraded', 'ok'] as const satisfies readonly HealthStatus[];

const worst = (parts: readonly PartHealth[]): HealthStatus =>
  WORST_FIRST.find((status) => parts.some((part) => part.status === status)) ?? 'ok';

/** All parts, each once: reports of several sources about one part are merged. */
export const healthReport = (health: Health): HealthReport => {
  const said = health.parts();
  const parts = [...new Set(said.map(({ part }) => part))].map((part): PartHealth => {
    const all = said.filter((one) => one.part === part);
    const says = all.flatMap(({ says }) => says ?? []).join(' ');
    return { part, status: worst(all), ...(says ? { says } : {}) };
  });
  return { status: worst(parts), parts };
};

/** Whether events can be accepted and queries answered. */
export const isReady = ({ parts }: HealthReport): boolean =>
  !parts.some(({ part, status }) => status === 'down' && NEEDED_TO_ANSWER.has(part));
