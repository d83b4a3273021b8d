/** The look of every page: readable on any screen, light or dark as its reader has it, and on paper. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1c2430;--soft:#5b6675;--line:#dfe3ea;--fill:#eef1f5;
--good:#1a7f4b;--good-soft:#d9f2e4;--bad:#c0273a;--bad-soft:#fbe0e3;--warn:#9a6200;--warn-soft:#fdeecb;--idle:#8a94a3;--idle-soft:#e6e9ee;--accent:#2f5fd0}
@media (prefers-color-scheme:dark){:root{--page:#11151b;--card:#1a2029;--ink:#e6eaf0;--soft:#9aa5b4;--line:#2c3542;--fill:#232b36;
--good:#4cc38a;--good-soft:#163527;--bad:#ff7b88;--bad-soft:#42191f;--warn:#f0b850;--warn-soft:#3a2c10;--idle:#7d8896;--idle-soft:#2a323d;--accent:#86a8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 20px 80px}
h1{font-size:26px;line-height:1.25;margin:0;letter-spacing:-.01em}
h2{font-size:17px;margin:36px 0 12px}
code,pre,.mono{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
a{color:var(--accent)}
.soft{color:var(--soft)}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px}
.head{display:flex;gap:20px;align-items:flex-start;justify-content:space-between;flex-wrap:wrap}
.verdict{font-weight:650;font-size:16px;padding:8px 16px;border-radius:999px;white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.idle{color:var(--soft)}
.verdict.good,.pill.good{background:var(--good-soft)}.verdict.bad,.pill.bad{background:var(--bad-soft)}
.verdict.warn,.pill.warn{background:var(--warn-soft)}.pill.idle{background:var(--idle-soft)}
.pill{display:inline-block;font-size:12.5px;font-weight:600;padding:1px 9px;border-radius:999px;white-space:nowrap}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:18px 0 0}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
.bar{display:flex;height:10px;border-radius:5px;overflow:hidden;background:var(--fill);min-width:90px}
.bar i{display:block;height:100%}
.bar .p{background:var(--good)}.bar .f{background:var(--bad)}.bar .c{background:#b0397f}.bar .t{background:#7a4fd0}.bar .k{background:#e0a020}.bar .u{background:var(--idle)}.bar .n{background:transparent}
.legend{display:flex;flex-wrap:wrap;gap:6px 18px;margin-top:12px}
.legend span::before{content:"";display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:7px;background:var(--dot)}
.ladder{display:grid;grid-template-columns:repeat(6,1fr);gap:10px}
.step{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px}
.step b{font-size:20px;display:flex;justify-content:space-between;align-items:center}.step p{margin:2px 0 10px;font-size:13px;line-height:1.35;color:var(--soft);min-height:36px}
.step.reached{border-color:var(--good);box-shadow:inset 0 0 0 1px var(--good)}
.grades{display:grid;grid-template-columns:repeat(5,1fr);gap:10px}
.grades .card{padding:12px}.grades b{display:block}.grades .bar{margin-top:8px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden}
th,td{text-align:left;padding:7px 12px;border-top:1px solid var(--line);vertical-align:middle}
thead th{border-top:0;font-weight:600;font-size:13px;color:var(--soft);background:var(--fill)}
td.num,th.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tbody tr[data-family]{cursor:pointer}tbody tr[data-family]:hover{background:var(--fill)}
tbody tr.chosen{box-shadow:inset 3px 0 0 var(--accent)}
.tools{display:flex;flex-wrap:wrap;gap:10px 16px;align-items:center;margin-bottom:12px}
.tools input[type=search],.tools select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:6px 10px}
.tools input[type=search]{flex:1 1 220px}
.tools label{display:inline-flex;gap:6px;align-items:center;white-space:nowrap}
details.finding{background:var(--card);border:1px solid var(--line);border-radius:10px;margin-bottom:8px}
details.finding>summary{cursor:pointer;padding:10px 14px;display:flex;gap:12px;align-items:baseline;list-style:none}
details.finding>summary::-webkit-details-marker{display:none}
details.finding>summary::before{content:"›";color:var(--soft);transition:transform .12s}
details.finding[open]>summary::before{transform:rotate(90deg)}
details.finding>summary .id{overflow-wrap:anywhere;flex:1}
details.finding>div{padding:0 16px 16px 34px}
.diff{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:4px 0 10px}
.diff .where{grid-column:1/-1;color:var(--soft);margin-top:6px}
.diff .side{font-size:13px}
.diff code{overflow-wrap:anywhere;padding:1px 6px;border-radius:5px}
.diff .wanted{background:var(--good-soft)}.diff .given{background:var(--bad-soft)}
.ids{margin:6px 0 10px;padding-left:18px}.ids li{overflow-wrap:anywhere}
.ids details>summary{cursor:pointer;color:var(--soft)}
.about{margin:8px 0;padding:8px 12px;background:var(--fill);border-radius:8px}.about p{margin:2px 0}
.detail{background:var(--fill);border-radius:8px;padding:8px 12px;max-height:260px;overflow:auto}
ul.problems{margin:0;padding-left:20px}
.matrix td,.matrix th{text-align:center}.matrix td:first-child,.matrix th:first-child{text-align:left}header+.card{margin-top:12px}
td.cell{font-variant-numeric:tabular-nums;white-space:nowrap}
td.cell.good{background:var(--good-soft)}td.cell.bad{background:var(--bad-soft)}td.cell.warn{background:var(--warn-soft)}td.cell.idle{background:var(--idle-soft)}
footer{margin-top:48px;color:var(--soft);font-size:13px}
@media (max-width:760px){.ladder{grid-template-columns:repeat(2,1fr)}.grades{grid-template-columns:repeat(2,1fr)}main{padding:20px 12px 60px}dl.facts{grid-template-columns:1fr}dl.facts dd{margin-bottom:6px}}
@media print{:root{color-scheme:light}body{background:#fff;font-size:11pt}main{max-width:none;padding:0}.tools,.hint{display:none}details.finding,.step,tr{break-inside:avoid}.bar,.pill,.verdict,td.cell{print-color-adjust:exact;-webkit-print-color-adjust:exact}.detail{max-height:none}}
`;
