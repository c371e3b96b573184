import { Param } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { CreateKey } from '../../../application/access/create-key.js';
import { GetKey } from '../../../application/access/get-key.js';
import { ListKeys } from '../../../application/access/list-keys.js';
import { RevokeKey } from '../../../application/access/revoke-key.js';
import { RotateKey } from '../../../application/access/rotate-key.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../../http/access/caller.js';
import { RecordsBody } from '../../http/access/recorded-body.js';
import { keyParams } from '../../http/keys/key-schemas.js';
import { pageQuery } from '../../http/query-schemas.js';
import { validated } from '../../http/validated.js';
import type { Confirmation } from '../kit/confirmation.js';
import { Filters, Form, formIn } from '../kit/form.js';
import { at, href } from '../kit/href.js';
import { ConsoleController, FormAction, FormPage, Page } from '../kit/page.js';
import type { SeeOther } from '../kit/page-model.js';
import { createKeyForm, newKeyOf, rotateKeyForm, rotationOf } from './key-forms.js';
import {
  type KeyModel,
  type KeysPage,
  type KeyTextPage,
  keyPage,
  keysPage,
  keyTextPage,
  type NewKeyPage,
  newKeyPage,
  revocation,
} from './keys-page.js';

/** API keys. An admin that is bound to solutions manages the keys that are bound to these. */
@ConsoleController('keys')
export class KeyPagesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Page('', 'keys', 'keys:manage')
  async list(
    @Filters({ schema: pageQuery }) { limit, after }: z.output<typeof pageQuery>,
    @Caller() principal: Principal,
  ): Promise<KeysPage> {
    const page = await this.queries.execute(new ListKeys(principal, limit, after));
    return keysPage(page, after, principal);
  }

  @Page('new', 'new-key', 'keys:manage')
  form(@Caller() principal: Principal): NewKeyPage {
    return newKeyPage(principal);
  }

  // The text of a key is in the answer, and nowhere else: no address leads to it again.
  @FormPage('', 'key-text', 'keys:manage')
  @RecordsBody((request) => newKeyOf(validated(createKeyForm, formIn(request))))
  async create(
    @Form({ schema: createKeyForm }) form: z.output<typeof createKeyForm>,
    @Caller() principal: Principal,
  ): Promise<KeyTextPage> {
    const { solutions: scope, ...grant } = newKeyOf(form);
    const key = await this.commands.execute(new CreateKey(principal, { ...grant, scope }));
    return keyTextPage(key, 'Key created', principal);
  }

  @Page(':id', 'key', 'keys:manage')
  async one(
    @Param({ schema: keyParams }) { id }: z.output<typeof keyParams>,
    @Caller() principal: Principal,
  ): Promise<KeyModel> {
    return keyPage(await this.queries.execute(new GetKey(principal, id)));
  }

  @FormPage(':id/rotate', 'key-text', 'keys:manage')
  async rotate(
    @Param({ schema: keyParams }) { id }: z.output<typeof keyParams>,
    @Form({ schema: rotateKeyForm }) form: z.output<typeof rotateKeyForm>,
    @Caller() principal: Principal,
  ): Promise<KeyTextPage> {
    const key = await this.commands.execute(new RotateKey(principal, id, rotationOf(form)));
    return keyTextPage(key, 'Key rotated', principal);
  }

  @Page(':id/revoke', 'confirm', 'keys:manage')
  async confirmRevoke(
    @Param({ schema: keyParams }) { id }: z.output<typeof keyParams>,
    @Caller() principal: Principal,
  ): Promise<Confirmation> {
    return revocation(await this.queries.execute(new GetKey(principal, id)), principal);
  }

  @FormAction(':id/revoke', 'keys:manage')
  async revoke(
    @Param({ schema: keyParams }) { id }: z.output<typeof keyParams>,
    @Caller() principal: Principal,
  ): Promise<SeeOther> {
    await this.commands.execute(new RevokeKey(principal, id));
    return { seeOther: href(at('keys', id), { done: 'key-revoked' }) };
  }
}
