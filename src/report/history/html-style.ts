/** The colours and measures of the page, light and dark, on paper as in the light. */
export const PAGE_STYLE = `:root { --scheme: light; --paper: #fff; --ink: #1c2024; --soft: #667; --line: #d8dbe0; --good: #1668b8; --warn: #a05a00; --bad: #c0202a; --mark: #888; --gap: #8882; color-scheme: light dark; }
@media screen and (prefers-color-scheme: dark) { :root { --scheme: dark; --paper: #15181c; --ink: #e4e7eb; --soft: #99a; --line: #333a42; --good: #6ab0f3; --warn: #f0a848; --bad: #ff6b70; --mark: #888; --gap: #8884; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 76rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.35rem; margin: 0 0 .5rem; } h1 b { color: var(--warn); } h1 b.leak, h1 b.at-limit { color: var(--bad); } h1 b.no-leak { color: var(--good); }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p, li { margin: .25rem 0; overflow-wrap: anywhere; }
.facts { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; width: 100%; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.wide { overflow-wrap: anywhere; min-width: 12rem; }
tr.leak td:first-child { color: var(--bad); font-weight: 600; }
summary { cursor: pointer; color: var(--soft); }
.u-legend { font-size: .8rem; text-align: left !important; } .u-legend th { border: 0; } .u-legend td { border: 0; }
@media print { body { max-width: none; padding: 0; } .chart, tr { break-inside: avoid; } }
`;
