import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import * as z from 'zod';
import { validated } from './validated.js';

/** Reads a query or a path parameter by the schema that its decorator names; what has none stays as it is. */
@Injectable()
export class SchemaPipe implements PipeTransform {
  /** @throws InvalidRequest that names every field at fault. */
  transform(value: unknown, { schema, data: name }: ArgumentMetadata): unknown {
    return schema instanceof z.ZodType ? validated(schema, value, name) : value;
  }
}
