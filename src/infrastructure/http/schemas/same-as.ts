import type * as z from 'zod';

type Primitive = string | number | boolean | bigint | symbol | null | undefined;

/** The keys of fields that JSON may lack: optional ones, and those that may be undefined. */
type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** A type as JSON shows it: without `readonly`, and without fields that are undefined. */
type AsJson<T> = T extends Primitive
  ? T
  : T extends readonly (infer E)[]
    ? AsJson<E>[]
    : T extends object
      ? Flat<
          { -readonly [K in Exclude<keyof T, OptionalKeys<T>>]: AsJson<T[K]> } & {
            -readonly [K in OptionalKeys<T>]?: AsJson<Exclude<T[K], undefined>>;
          }
        >
      : T;

type Flat<T> = { [K in keyof T]: T[K] };

type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** What a schema must be to describe `T`: any schema if both have the same fields of the same types, otherwise one that no schema is. */
type Describing<T, S extends z.ZodType> =
  IsSame<AsJson<z.output<S>>, AsJson<T>> extends true
    ? S
    : { readonly theSchemaDiffersFrom: AsJson<T>; readonly itDescribes: AsJson<z.output<S>> };

/**
 * The schema of an answer, tied to the type that the application answers with: it does not compile unless both have the same
 * fields of the same types. `readonly` does not matter, and a field that may be undefined counts as optional.
 */
export const sameAs =
  <T>() =>
  <S extends z.ZodType>(schema: S & Describing<T, S>): S =>
    schema;
