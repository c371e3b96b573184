import type { INestApplicationContext } from '@nestjs/common';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { routesOf } from '../openapi/routes.js';

/** @throws HeraldError `access-undeclared` if a route that Nest knows does not say who may call it. */
export const requireDeclaredAccess = (app: INestApplicationContext): void => {
  const undeclared = routesOf(app).filter(({ access }) => access === undefined);
  if (undeclared.length === 0) return;
  const routes = undeclared.map(
    ({ method, path, handler }) => `${method.toUpperCase()} ${path} (${handler})`,
  );
  throw new HeraldError(
    'access-undeclared',
    `These routes do not say who may call them: ${routes.join(', ')}. Add @Requires or @Public to each.`,
  );
};
