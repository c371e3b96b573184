/** What the handler of a page returns: what its view needs, and the title of the page. */
export interface PageModel {
  readonly title: string;
}

/** Where another page is: what the handler of a form returns after it has done its work. */
export interface SeeOther {
  readonly seeOther: string;
}

/** The metadata of a handler that names its view. */
export const VIEW = 'herald:view';
