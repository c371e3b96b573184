// A bare Nest with Fastify: it answers with what it gets, and says that it is alive. Its parameters are a port, and packages to import.
import 'reflect-metadata';
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const [port, ...packages] = process.argv.slice(2);

class Echo {
  echo(body) {
    return body;
  }
  live() {
    return { status: 'ok' };
  }
}
class Bare {}

// What decorators do, which plain JavaScript does not have.
const method = (name, ...decorators) => {
  const descriptor = Object.getOwnPropertyDescriptor(Echo.prototype, name);
  for (const decorate of decorators) decorate(Echo.prototype, name, descriptor);
};
method('echo', Post('v1/events'), HttpCode(202));
Body()(Echo.prototype, 'echo', 0);
method('live', Get('health/live'));
Controller()(Echo);
Module({ controllers: [Echo] })(Bare);

await Promise.all(packages.map((name) => import(name)));
const adapter = new FastifyAdapter();
const json = { parseAs: 'string' };
adapter
  .getInstance()
  .addContentTypeParser('application/cloudevents+json', json, (_, body, done) =>
    done(undefined, JSON.parse(body)),
  );
const app = await NestFactory.create(Bare, adapter, { logger: false });
await app.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
