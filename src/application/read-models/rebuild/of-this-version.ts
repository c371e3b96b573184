import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { PROJECTIONS } from '../all.js';
import { type BuildName, nameOf } from '../engine/read-models.js';
import type { Build } from './build.js';

/** Whether a build is of the version in the code: only that version can fold events into it. */
export const isOfThisVersion = ({ name }: Pick<Build, 'name'>): boolean =>
  PROJECTIONS.some((one) => one.name === name.projection && one.version === name.version);

export const buildOutdated = (name: BuildName): HeraldError =>
  new HeraldError(
    'build-outdated',
    `${nameOf(name)} was begun by another version of Herald: ask an instance of that version, or cancel it with POST /v1/projections/${name.projection}/cancel.`,
  );
