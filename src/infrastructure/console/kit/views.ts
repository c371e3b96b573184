import { readdirSync, readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import Handlebars, { type TemplateDelegate } from 'handlebars';
import { helpers } from './helpers.js';

const FOLDER = new URL('../views/', import.meta.url);

const read = (folder: URL): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.hbs'))
      .map((name) => [name.slice(0, -'.hbs'.length), readFileSync(new URL(name, folder), 'utf8')]),
  );

/** The views of the console, compiled when they are first needed. All that they show is escaped. */
@Injectable()
export class Views {
  readonly #handlebars = Handlebars.create();
  readonly #sources = read(FOLDER);
  readonly #compiled = new Map<string, TemplateDelegate>();

  constructor() {
    this.#handlebars.registerHelper(helpers);
    for (const [name, source] of read(new URL('partials/', FOLDER)))
      this.#handlebars.registerPartial(name, source);
  }

  /** @returns the HTML of a view. @param name of its file, without `.hbs`. @param data what it has as `@…`. */
  render(name: string, model: object, data: Readonly<Record<string, unknown>> = {}): string {
    return this.#of(name)(model, { data });
  }

  #of(name: string): TemplateDelegate {
    const known = this.#compiled.get(name);
    if (known) return known;
    const source = this.#sources.get(name);
    if (source === undefined) throw new Error(`There is no view ${name}.`);
    const compiled = this.#handlebars.compile(source);
    this.#compiled.set(name, compiled);
    return compiled;
  }
}
