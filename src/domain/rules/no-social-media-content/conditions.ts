import { type Content, contentFacts } from '../shared/content.js';
import { type Condition, condition } from '../shared/verdict.js';

/** @param content what waits for the person who pressed Send Now; undefined if nobody did. */
export const nothingNewWaits = (content: Content | undefined): Condition =>
  condition(
    'nothing-new-waits',
    content === undefined || content.fresh.length === 0,
    [
      'Nothing waits for approval that is new to them.',
      `${content?.fresh.length} posts that are new to them wait: they are sent instead.`,
    ],
    content ? { facts: contentFacts(content) } : {},
  );
