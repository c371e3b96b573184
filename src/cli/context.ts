import 'reflect-metadata';
import {
  type INestApplicationContext,
  type LoggerService,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OpenedStores } from './stores/opened-stores.js';
import { warn } from './terminal/terminal.js';

/**
 * Does the work of a command in a Nest application context, and closes its stores, also when the context could not be created.
 * @param metadata the module of the command. Its factories open stores with `OpenedStores`.
 * @throws what the factories and the work throw.
 */
export async function inContext<T>(
  { imports = [], providers = [] }: ModuleMetadata,
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const stores = new OpenedStores();
  try {
    const context = await NestFactory.createApplicationContext(
      {
        module: CommandModule,
        imports: [...imports],
        providers: [{ provide: OpenedStores, useValue: stores }, ...providers],
      },
      { logger: new CommandLogger(), abortOnError: false },
    );
    try {
      return await work(context);
    } finally {
      await context.close();
    }
  } finally {
    await stores.close();
  }
}

@Module({})
class CommandModule {}

/** Warnings and errors on standard error. An error that ends the command is reported by the command line itself. */
class CommandLogger implements LoggerService {
  log(): void {
    // A command prints what its user asked for, and nothing else.
  }

  warn(message: unknown): void {
    warn(String(message));
  }

  error(message: unknown, ...rest: readonly unknown[]): void {
    if (rest.at(-1) !== 'ExceptionHandler') this.warn(message);
  }
}
