/** Text that is safe inside an element or a quoted attribute. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { margin: 0 }
  .text { max-width: 60rem; margin: 0 auto; padding: 0 1rem 2rem }
  .pages { padding: .6rem 1rem }
  .text table { border-collapse: collapse; width: 100% }
  .text th, .text td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8884 }
  .text tr:target { background: #fd03 }
  .text td:first-child { white-space: nowrap }
  .text code { font: .9em ui-monospace, monospace }`

/** A whole page; `body` is HTML already. */
export const page = (title: string, body: string): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`

/** A table; cells are HTML already. A row's id is what a link leads to. */
export const table = (heads: readonly string[], rows: readonly { id: string; cells: string[] }[]): string =>
  [
    '<table>',
    `<thead><tr>${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map(
      ({ id, cells }) => `<tr id="${escape(id)}">${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
    ),
    '</tbody></table>',
  ].join('\n')

export const code = (text: string): string => `<code>${escape(text)}</code>`

/** A sentence of the protocol, where `names` stand in backticks. */
export const prose = (text: string): string => escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
