import type { DynamicModule } from '@nestjs/common';
import type { Config } from './config.js';

/** The settings of this instance, a `Config`, for every feature that asks for them. */
export const CONFIG = Symbol('The settings of this instance');

class ConfigModule {}

/** Provides settings that were read earlier to all modules. */
export const configModuleOf = (config: Config): DynamicModule => ({
  module: ConfigModule,
  global: true,
  providers: [{ provide: CONFIG, useValue: config }],
  exports: [CONFIG],
});
