import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { CreateKey } from '../../../application/access/create-key.js';
import { GetKey } from '../../../application/access/get-key.js';
import type { KeyView, NewKey } from '../../../application/access/key-view.js';
import { type KeyPage, ListKeys } from '../../../application/access/list-keys.js';
import { RevokeKey } from '../../../application/access/revoke-key.js';
import { RotateKey } from '../../../application/access/rotate-key.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../access/caller.js';
import { RecordsBody } from '../access/recorded-body.js';
import { Requires } from '../access/route-access.js';
import { parsedBody } from '../bodies/parsed-body.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { pageQuery } from '../query-schemas.js';
import { apiKey, apiKeyPage, newApiKey } from '../schemas/keys.js';
import { createKeyBody, keyParams, rotateKeyBody } from './key-schemas.js';

/** API keys. An admin that is bound to solutions manages the keys that are bound to these. */
@Tagged('Access')
@Requires('keys:manage')
@Controller('v1/keys')
export class KeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({
    id: 'listApiKeys',
    summary: 'API keys, the newest first, with their last use',
    answers: { 200: apiKeyPage },
    errors: ['invalid-cursor'],
  })
  list(
    @Caller() principal: Principal,
    @Query({ schema: pageQuery }) { limit, after }: z.output<typeof pageQuery>,
  ): Promise<KeyPage> {
    return this.queries.execute(new ListKeys(principal, limit, after));
  }

  @Get(':id')
  @Operation({
    id: 'getApiKey',
    summary: 'One API key',
    answers: { 200: apiKey },
    errors: ['not-found'],
  })
  one(
    @Caller() principal: Principal,
    @Param({ schema: keyParams }) { id }: z.output<typeof keyParams>,
  ): Promise<KeyView> {
    return this.queries.execute(new GetKey(principal, id));
  }

  @Post()
  @HttpCode(201)
  @RecordsBody(({ body }) => parsedBody(createKeyBody, body))
  @Operation({
    id: 'createApiKey',
    summary: 'Create an API key',
    description: 'The answer holds the text of the key, which is shown this once.',
    answers: { 201: newApiKey },
    errors: ['too-many-keys'],
  })
  create(
    @Caller() principal: Principal,
    @Body({ schema: createKeyBody }) { solutions: scope, ...grant }: z.output<typeof createKeyBody>,
  ): Promise<NewKey> {
    return this.commands.execute(new CreateKey(principal, { ...grant, scope }));
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Operation({
    id: 'rotateApiKey',
    summary: 'Give an API key a new secret',
    description:
      'It keeps its id and what it permits; the old secret stays valid for a day, or for `overlap` seconds. The answer holds the new text of the key, which is shown this once.',
    answers: { 200: newApiKey },
    body: {
      says: 'How long the old and the new secret are valid.',
      content: { 'application/json': { schema: rotateKeyBody } },
      required: false,
    },
    errors: ['not-found', 'key-revoked', 'json-too-complex', 'invalid-request'],
  })
  rotate(
    @Caller() principal: Principal,
    @Param({ schema: keyParams }) { id }: z.output<typeof keyParams>,
    @Body() body: unknown,
  ): Promise<NewKey> {
    const rotation = parsedBody(rotateKeyBody, body || '{}');
    return this.commands.execute(new RotateKey(principal, id, rotation));
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Operation({
    id: 'revokeApiKey',
    summary: 'Revoke an API key for good',
    description: 'It holds on every instance within a second. Revoking it again changes nothing.',
    answers: { 200: apiKey },
    errors: ['not-found'],
  })
  revoke(
    @Caller() principal: Principal,
    @Param({ schema: keyParams }) { id }: z.output<typeof keyParams>,
  ): Promise<KeyView> {
    return this.commands.execute(new RevokeKey(principal, id));
  }
}
