import type { ConformanceReport, ReportCounts } from "../../../../generated/json/conformance-report.js";
import { differences } from "../differences.js";
import { type FindingGroup, groupFindings } from "../groups.js";
import type { VectorLookup } from "../vector-lookup.js";
import { implementationText, ladderText, ofText, otherCounts, STEP_NAMES, statusText, verdictText } from "../words.js";
import { bar, escaped, moment, page, percent, SHARES } from "./page.js";
import { toneOf } from "./tone.js";

/** Groups of findings on one page. */
const GROUPS = 5000;
/** Ids of one group. */
const IDS = 200;
/** Those of them that are shown without a click. */
const SHOWN_IDS = 8;
/** Findings that are open at first. */
const OPEN = 3;

/** A report as a page that needs nothing beside it. @spec conformance.report */
export function reportPage(report: ConformanceReport, vectorOf: VectorLookup): string {
  const title = `${implementationText(report)}: ${report.passed ? "passed" : "did not pass"}`;
  const groups = groupFindings(report.findings);
  const body = [
    headOf(report),
    problemsOf(report),
    `<h2>Ladder</h2>${ladderOf(report)}`,
    `<h2>Grades</h2>${gradesOf(report)}`,
    `<h2>Families <span class="soft hint">— choose one to see its findings alone</span></h2>${familiesOf(report)}`,
    `<h2 id="findings">Findings</h2>${findingsOf(report, groups, vectorOf)}`,
    `<footer>Made by ${escaped(report.runner.name)} ${escaped(report.runner.version)} from report version ${report.report}. Every form of this report comes from the same JSON.</footer>`,
  ];
  return page(title, body.join("\n"), SCRIPT);
}

function headOf(report: ConformanceReport): string {
  const { corpus, passed, totals, filter } = report;
  const tone = passed ? (totals.known + totals.unsupported > 0 ? "warn" : "good") : "bad";
  const limits = [
    ...(filter.ladder === undefined ? [] : [`steps 0 to ${filter.ladder}`]),
    ...(filter.families === undefined ? [] : [`families ${filter.families.join(", ")}`]),
    ...(filter.ids === undefined ? [] : [`vectors ${filter.ids.join(", ")}`]),
  ];
  const facts: readonly (readonly [string, string])[] = [
    ["Corpus", `${escaped(corpus.version)} <code>${escaped(corpus.digest)}</code>`],
    ["Specification", escaped(corpus.specification)],
    ["Command", `<code>${escaped(report.command)}</code> <span class="soft">(${report.entrance})</span>`],
    ["Asked for", `${escaped(limits.join("; ") || "everything")}, judged up to ${filter.grade}`],
    ["Operations", escaped(report.implementation.operations.join(", ") || "none declared")],
    ...(report.implementation.features.length > 0
      ? [["Features", escaped(report.implementation.features.join(", "))] as const]
      : []),
    ["Run", `${escaped(moment(report.started))}, ${seconds(report.duration_ms)}`],
  ];
  return `<header class="card"><div class="head"><div><h1>${escaped(implementationText(report))}</h1>
<div class="soft">${escaped(ladderText(report))}</div></div>
<div class="verdict ${tone}">${passed ? "✓ passed" : "✗ did not pass"}</div></div>
<p>${escaped(verdictText(report))}.</p>${bar(totals)}${legendOf(totals)}
<dl class="facts">${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join("")}</dl></header>`;
}

function legendOf(counts: ReportCounts): string {
  const shown = SHARES.filter(({ key }) => key === "passed" || (counts[key] ?? 0) > 0);
  return `<div class="legend">${shown
    .map(
      ({ key, name, colour }) =>
        `<span style="--dot:${colour}">${ofText(counts[key] ?? 0, counts.cases)} ${name}</span>`,
    )
    .join("")}</div>`;
}

function problemsOf({ problems }: ConformanceReport): string {
  if (problems.length === 0) return "";
  return `<h2 class="bad">Problems of the run</h2><div class="card"><ul class="problems">${problems
    .map((problem) => `<li>${escaped(problem)}</li>`)
    .join("")}</ul></div>`;
}

function ladderOf({ ladder, families }: ConformanceReport): string {
  const steps = STEP_NAMES.map((name, step) => {
    const own = families.filter((family) => family.ladder === step);
    const cases = own.reduce((sum, { counts }) => sum + counts.cases, 0);
    const passed = own.reduce((sum, { counts }) => sum + counts.passed, 0);
    const mark = step <= ladder ? `<span class="good">✓</span>` : "";
    const sum = cases === 0 ? "not asked for" : ofText(passed, cases);
    return `<div class="step${step <= ladder ? " reached" : ""}"><b>${step}${mark}</b><p>${escaped(name)}</p>
<span class="bar"><i class="p" style="width:${percent(passed, cases)}"></i></span><small class="soft">${sum}</small></div>`;
  });
  return `<div class="ladder">${steps.join("")}</div>`;
}

function gradesOf({ totals, filter }: ConformanceReport): string {
  let isJudged = true;
  const cards = totals.grades.map(({ grade, met, of }) => {
    const role = isJudged ? "" : ` <span class="soft">beside</span>`;
    if (grade === filter.grade) isJudged = false;
    return `<div class="card"><b>${grade}${role}</b><span class="${of === 0 ? "idle" : met === of ? "good" : "bad"}">${ofText(met, of)}</span>
<span class="bar"><i class="p" style="width:${percent(met, of)}"></i></span></div>`;
  });
  return `<div class="grades">${cards.join("")}</div>`;
}

function familiesOf({ families }: ConformanceReport): string {
  const rows = families.map(
    ({ name, ladder, ifacts_level: level, ifacts_category: category, counts, duration_ms: time }) => {
      const tone = toneOf(counts);
      return `<tr data-family="${escaped(name)}"><td><b>${escaped(name)}</b></td><td class="num">${ladder}</td><td class="soft">L${level} ${escaped(category.replaceAll("_", " "))}</td>
<td>${bar(counts)}</td><td class="num ${tone}">${ofText(counts.passed, counts.cases)}</td><td>${escaped(otherCounts(counts))}</td><td class="num soft">${time === undefined ? "" : seconds(time)}</td></tr>`;
    },
  );
  return `<div class="scroll"><table id="families"><thead><tr><th>Family</th><th class="num">Step</th><th>iFACTS</th><th></th><th class="num">Passed</th><th>Others</th><th class="num">Time</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

function findingsOf(report: ConformanceReport, groups: readonly FindingGroup[], vectorOf: VectorLookup): string {
  if (groups.length === 0) return `<div class="card good">✓ Nothing: every case that was asked passed.</div>`;
  const families = [...new Set(groups.map(({ family }) => family))];
  const statuses = [...new Set(groups.map(({ first }) => first.status))];
  const tools = `<div class="tools"><input type="search" id="text" placeholder="id, code, word …" aria-label="Search findings">
<select id="family" aria-label="Family"><option value="">every family</option>${families.map((name) => `<option>${escaped(name)}</option>`).join("")}</select>
${statuses.map((status) => `<label><input type="checkbox" class="status" value="${status}" checked> ${status.replace("_", " ")}</label>`).join("")}
<span class="soft" id="shown"></span></div>`;
  const rest =
    groups.length > GROUPS
      ? `<p class="soft">${groups.length - GROUPS} groups more are in the JSON report only.</p>`
      : "";
  return `${tools}<p class="soft">${report.findings.length.toLocaleString("en-US")} cases did not pass; those that say the same stand together.</p>
<div id="list">${groups
    .slice(0, GROUPS)
    .map((group, index) => findingOf(group, vectorOf, index < OPEN))
    .join("\n")}</div>${rest}`;
}

function findingOf({ family, first, ids, count }: FindingGroup, vectorOf: VectorLookup, isOpen: boolean): string {
  const tone = first.status === "known" ? "warn" : "bad";
  const vector = vectorOf(first.id);
  const title = ids.length === 1 ? ids[0] : undefined;
  const name =
    title === undefined
      ? `${escaped(first.id)} <span class="soft">and ${ids.length - 1} more</span>`
      : `${escaped(first.id)}${title.cases === undefined ? "" : ` <span class="soft">case ${escaped(shortList(title.cases))}</span>`}`;
  const about =
    vector === undefined
      ? ""
      : `<div class="about"><p>${escaped(vector.why)}</p>${vector.effect === undefined ? "" : `<p><b>In the field:</b> ${escaped(vector.effect)}</p>`}<p class="soft mono">${escaped(vector.clauses.join("  "))}</p></div>`;
  const list = ids.length === 1 && title?.cases === undefined ? "" : idsOf(ids);
  const detail = first.detail === undefined ? "" : `<pre class="detail">${escaped(first.detail)}</pre>`;
  const example = first.case === undefined ? first.id : `${first.id}#${first.case}`;
  return `<details class="finding" data-family="${escaped(family)}" data-status="${first.status}"${isOpen ? " open" : ""}>
<summary><span class="pill ${tone}">${escaped(statusText(first))}</span><span class="id mono">${name}</span><span class="soft">${count > 1 ? `${count.toLocaleString("en-US")} cases` : ""}</span></summary>
<div>${differencesOf(first)}${detail}${about}${list}<p class="soft">More: <code>fayger conform explain ${escaped(example)}</code></p></div></details>`;
}

function idsOf(ids: FindingGroup["ids"]): string {
  const items = ids
    .slice(0, IDS)
    .map(
      ({ id, cases }) =>
        `<li>${escaped(id)}${cases === undefined ? "" : ` <span class="soft">${escaped(cases)}</span>`}</li>`,
    );
  if (ids.length > IDS) items.push(`<li class="soft">… and ${ids.length - IDS} more</li>`);
  const rest = items.slice(SHOWN_IDS);
  const more =
    rest.length === 0
      ? ""
      : `<details><summary>${ids.length - SHOWN_IDS} more</summary><ul class="ids mono">${rest.join("")}</ul></details>`;
  return `<div class="ids"><ul class="ids mono">${items.slice(0, SHOWN_IDS).join("")}</ul>${more}</div>`;
}

function shortList(cases: string): string {
  return cases.length <= 40 ? cases : `${cases.slice(0, 40)}…`;
}

function differencesOf({ expected, found }: FindingGroup["first"]): string {
  if (expected === undefined) return "";
  const lines = differences(expected, found).map(({ path, expected: wanted, found: given }) =>
    [
      path === "" ? "" : `<span class="where mono">${escaped(path)}</span>`,
      wanted === undefined
        ? ""
        : `<span class="side good">expected</span><span><code class="wanted">${escaped(wanted)}</code></span>`,
      `<span class="side bad">found</span><span><code class="given">${given === undefined ? "nothing" : escaped(given)}</code></span>`,
    ].join(""),
  );
  return `<div class="diff">${lines.join("")}</div>`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`;
}

/** Filters of the findings; without it the page shows all of them. */
const SCRIPT = `
const byId=(id)=>document.getElementById(id);
const list=[...document.querySelectorAll("details.finding")];
const text=byId("text"),family=byId("family"),shown=byId("shown");
if(text){
const apply=()=>{
const words=text.value.toLowerCase().split(/\\s+/).filter(Boolean);
const wanted=new Set([...document.querySelectorAll(".status:checked")].map((box)=>box.value));
let count=0;
for(const item of list){
const content=words.length?item.textContent.toLowerCase():"";
const fits=(!family.value||item.dataset.family===family.value)&&wanted.has(item.dataset.status)&&words.every((word)=>content.includes(word));
item.hidden=!fits;if(fits)count+=1;}
shown.textContent=count===list.length?"":count+" of "+list.length+" shown";
for(const row of document.querySelectorAll("#families tbody tr"))row.classList.toggle("chosen",row.dataset.family===family.value);};
text.addEventListener("input",apply);family.addEventListener("change",apply);
for(const box of document.querySelectorAll(".status"))box.addEventListener("change",apply);
for(const row of document.querySelectorAll("#families tbody tr"))row.addEventListener("click",()=>{
const name=row.dataset.family;if(![...family.options].some((option)=>option.value===name))return;
family.value=family.value===name?"":name;apply();byId("findings").scrollIntoView({behavior:"smooth"});});
addEventListener("beforeprint",()=>{for(const item of document.querySelectorAll('details'))item.open=true;});
}`;
