import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly label: string;
  readonly render: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
  /** `is-half`: two of them share a line of a card. */
  readonly class?: string;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** The last row: sums. */
  readonly total?: readonly ComponentChildren[];
  readonly isStale?: boolean;
}

/** A table; on a narrow screen each row is a card. The roles are told, since a card's style takes them away. */
export function DataTable<Row>({ caption, columns, rows, keyOf, total, isStale = false }: DataTableProps<Row>) {
  const classOf = ({ isNumber, class: extra }: Column<Row>) =>
    [isNumber === true ? 'is-number' : '', extra ?? ''].filter(Boolean).join(' ') || undefined;
  return (
    <div class={`table-frame${isStale ? ' is-stale' : ''}`}>
      <table role="table" class="table">
        <caption class="for-readers">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.label} role="columnheader" scope="col" class={classOf(column)}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={keyOf(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.label} role="rowheader" scope="row" class={classOf(column)}>
                    {column.render(row)}
                  </th>
                ) : (
                  <td key={column.label} role="cell" data-label={column.label} class={classOf(column)}>
                    {column.render(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
        {total !== undefined && (
          <tfoot role="rowgroup">
            <tr role="row">
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.label} role="rowheader" scope="row">
                    {total[0]}
                  </th>
                ) : (
                  <td key={column.label} role="cell" data-label={column.label} class={classOf(column)}>
                    {total[index]}
                  </td>
                ),
              )}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
