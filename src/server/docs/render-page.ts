import type { Model } from '../../gateway/routing/catalogue.ts';
import type { Route } from '../route-table.ts';
import { escape, fill, Html, markup } from './html.ts';
import { modelTable } from './model-table.ts';
import page from './page.html' with { type: 'text' };
import { directiveList, endpointTables, errorRows, headerRows, limitRows, switchRows } from './sections.ts';
import { snippetSection } from './snippet-section.ts';

export interface PageContent {
  /** Where the reader reached the gateway. */
  readonly base: string;
  /** What the examples ask; undefined: the reader has to put in a model. */
  readonly model: string | undefined;
  /** The models that everybody may see; undefined: the reader is asked for a key. */
  readonly models: readonly Model[] | undefined;
}

/** In place of a model that is not known to whom the page is for. */
const NO_MODEL = 'MODEL';

/** The page for one route table: what is the same for all readers is made once. */
export function createPage(routes: readonly Route[]): (content: PageContent) => string {
  let made: string | undefined;
  return ({ base, model, models }) => {
    made ??= fill(page as unknown as string, {
      snippets: snippetSection(),
      endpoints: endpointTables(routes),
      switches: switchRows(),
      headers: headerRows(),
      limits: limitRows(),
      errors: errorRows(),
      directives: directiveList(),
    });
    return fill(made, {
      base: new Html(escape(base)),
      model: new Html(escape(model ?? NO_MODEL)),
      advice: adviceFor(model),
      models: models === undefined ? askForKey() : markup`<div id="model-list">${modelTable(models)}</div>`,
    });
  };
}

function adviceFor(model: string | undefined): Html {
  return model === undefined
    ? markup`Each runs once the key is in your shell and a model stands in place of <code>${NO_MODEL}</code>.`
    : markup`Each runs as it stands once the key is in your shell.`;
}

function askForKey(): Html {
  return markup`<p>
      Which models there are depends on the key. <code>GET /v1/models</code> lists those that a key may use, with their
      context, what they take and their prices; so does this page, which forgets the key when you leave it.
    </p>
    <div class="ask" hidden>
      <label>Key <input type="password" autocomplete="off" spellcheck="false" placeholder="thk_live_…" /></label>
      <button type="button" class="primary">Show the models</button>
    </div>
    <p role="status"></p>
    <div id="model-list"></div>`;
}
