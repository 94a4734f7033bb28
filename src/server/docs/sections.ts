import { DIRECTIVES } from '../../gateway/orchestra/directives/directives.ts';
import { DATA_ERRORS, ERROR_MEANINGS } from '../error-meanings.ts';
import { documentedPath } from '../openapi/document.ts';
import { TAGS } from '../openapi/operation.ts';
import { REQUEST_HEADERS } from '../request-headers.ts';
import { RESPONSE_HEADERS } from '../response-headers.ts';
import type { Route } from '../route-table.ts';
import { type Html, markup, prose } from './html.ts';

/** Every route, by what it is about. */
export function endpointTables(routes: readonly Route[]): Html {
  const groups = Object.keys(TAGS).map((tag) => {
    const rows = routes
      .filter(({ doc }) => doc.tag === tag)
      .map(
        (route) =>
          markup`<tr>
            <td data-label="Request">
              <code><span class="method">${route.method}</span> ${documentedPath(route)}</code>
            </td>
            <td data-label="Does">${prose(route.doc.summary)}</td>
            <td data-label="Key">${route.guard === 'key' ? 'needed' : 'none'}</td>
          </tr>`,
      );
    return markup`<tbody>
      <tr class="group">
        <th colspan="3" scope="rowgroup">${tag}</th>
      </tr>
      ${rows}
    </tbody>`;
  });
  return markup`${groups}`;
}

export function switchRows(): Html {
  const rows = REQUEST_HEADERS.map(({ name, values, meaning }) => {
    const words = values?.map((value) => markup`<code>${value}</code> `) ?? markup`any text`;
    return markup`<tr>
      <td data-label="Header"><code>${name}</code></td>
      <td data-label="Value">${words}</td>
      <td data-label="Means">${prose(meaning)}</td>
    </tr>`;
  });
  return markup`${rows}`;
}

/** The headers of answers, but for those of limits. */
export function headerRows(): Html {
  const rows = RESPONSE_HEADERS.filter(({ on }) => on !== 'limits').map(
    ({ name, on, meaning, example }) =>
      markup`<tr>
        <td data-label="Header"><code>${name}</code></td>
        <td data-label="On">${on}</td>
        <td data-label="Means">${prose(meaning)}</td>
        <td data-label="Example"><code class="value">${example}</code></td>
      </tr>`,
  );
  return markup`${rows}`;
}

/** The headers that tell where a key stands with its limits. */
export function limitRows(): Html {
  const rows = RESPONSE_HEADERS.filter(({ on }) => on === 'limits').map(
    ({ name, meaning, example }) =>
      markup`<tr>
        <td data-label="Header"><code>${name}</code></td>
        <td data-label="Means">${prose(meaning)}</td>
        <td data-label="Example"><code class="value">${example}</code></td>
      </tr>`,
  );
  return markup`${rows}`;
}

/** Every code of the one table, in the order of its status. */
export function errorRows(): Html {
  const rows = DATA_ERRORS.toSorted((a, b) => a.status - b.status).map(
    ({ code, ...row }) =>
      markup`<tr id="error-${code}">
          <td data-label="OpenAI shape">
            <b class="status">${row.status}</b> <code>${row.openaiCode}</code> <small>${row.openaiType}</small>
          </td>
          <td data-label="Anthropic shape">
            <b class="status">${row.anthropicStatus}</b> <code>${row.anthropicType}</code>
          </td>
          <td data-label="Retry">${row.retry ? 'yes' : 'no'}</td>
          <td data-label="When">${prose(ERROR_MEANINGS[code])}</td>
        </tr>`,
  );
  return markup`${rows}`;
}

export function directiveList(): Html {
  const items = [...DIRECTIVES.values()].map(
    ({ name, version, tokens, text }) =>
      markup`<details>
        <summary><code>${name}</code> <small>version ${version}, ${tokens} tokens</small></summary>
        <pre class="text" tabindex="0">${text}</pre>
      </details>`,
  );
  return markup`${items}`;
}
