import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import * as z from 'zod';
import { parsedBody } from './bodies/parsed-body.js';
import { validated } from './validated.js';

/** Parses a query, a path parameter or a JSON body by the schema of its decorator; without a schema it stays unchanged. */
@Injectable()
export class SchemaPipe implements PipeTransform {
  /** @throws InvalidRequest that names every field at fault. @throws HeraldError `malformed-json`, `json-too-complex`. */
  transform(value: unknown, { type, schema, data: name }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    return type === 'body' ? parsedBody(schema, value) : validated(schema, value, name);
  }
}
