import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import * as z from 'zod';
import { validated } from './validated.js';

/** Parses a query or a path parameter by the schema of its decorator; without a schema it stays unchanged. */
@Injectable()
export class SchemaPipe implements PipeTransform {
  /** @throws InvalidRequest that names every field at fault. */
  transform(value: unknown, { schema, data: name }: ArgumentMetadata): unknown {
    return schema instanceof z.ZodType ? validated(schema, value, name) : value;
  }
}
