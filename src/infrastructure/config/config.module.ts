import type { DynamicModule } from '@nestjs/common';
import { ConfigModule, getConfigToken, registerAs } from '@nestjs/config';
import type { Config } from './config.js';

const NAMESPACE = 'herald';

/** The settings of this instance, a `Config`, for every feature that asks for them. */
export const CONFIG = getConfigToken(NAMESPACE);

/**
 * Provides settings that were read earlier. The module does not read the environment itself: it would write what it validates
 * to `process.env`, where a second instance in the same process would find it.
 */
export const configModuleOf = (config: Config): Promise<DynamicModule> =>
  ConfigModule.forRoot({
    isGlobal: true,
    ignoreEnvFile: true,
    ignoreEnvVars: true,
    skipProcessEnv: true,
    load: [registerAs(NAMESPACE, () => config)],
  });
