import { agendaQuery } from '../../http/query-schemas.js';

/** How many days the page looks ahead unless others are asked for. */
const DAYS = 30;

/** The filters of the agenda: those of the API. */
export const agendaFilters = agendaQuery.extend({ days: agendaQuery.shape.days.default(DAYS) });
