# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Style and script of the HTML report: the parts that are the same in every report."""

from __future__ import annotations

# Parts of a bar in twentieths, as classes: the page's content security policy allows no style attributes.
_SHARES = "".join(f".bar .w{share}{{flex-grow:{share}}}" for share in range(1, 21))


STYLE = (
    """
:root{--bg:#f4f5f7;--card:#fff;--ink:#1a2230;--soft:#596579;--line:#dde1e7;--accent:#2456c9;--p:#137a3a;
  --pb:#e3f4e8;--f:#c11f1f;--fb:#fde7e5;--e:#8a5300;--eb:#fdf0d5;--s:#5f6b7d;--sb:#eceff3;--w:#6b3fa0;--wb:#f0e8fa;
  --mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){
:root{--bg:#10141b;--card:#1a202a;--ink:#e7ebf1;--soft:#9daabc;--line:#2e3744;--accent:#8fb2ff;--p:#63d48c;
  --pb:#163523;--f:#ff8a80;--fb:#43191b;--e:#f5bd57;--eb:#3c2c0c;--s:#9aa6b7;--sb:#262e3a;--w:#cfb0ff;--wb:#33254a}
}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--bg);color:var(--ink);
  font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,footer,.top>div{max-width:76rem;margin:0 auto;padding:0 1.25rem}
.top{background:var(--card);border-bottom:1px solid var(--line);border-top:.4rem solid var(--s);
  padding:1.1rem 0 1.2rem}
.top.p{border-top-color:var(--p)}
.top.f{border-top-color:var(--f)}
h1{font-size:1.75rem;line-height:1.2;margin:.2rem 0 .7rem;letter-spacing:-.01em}
h2{font-size:1.15rem;margin:1.8rem 0 .7rem}
section:first-of-type>h2{margin-top:1.1rem}
.meta{margin:0;color:var(--soft);font-size:.9rem}
.verdict{margin:0;font-size:1.05rem}
.verdict b{display:inline-block;padding:.1rem .7rem;border-radius:99px;margin-right:.4rem;font-size:.95rem;
  letter-spacing:.03em}
.p .verdict b{background:var(--pb);color:var(--p)}
.f .verdict b{background:var(--fb);color:var(--f)}
.s .verdict b{background:var(--sb);color:var(--s)}
.tiles{display:flex;flex-wrap:wrap;gap:.3rem 1.5rem;margin-top:.9rem}
.tile{margin:0;display:flex;align-items:baseline;gap:.45rem;position:relative}
.plus::after,.equals::after{position:absolute;right:-1.05rem;color:var(--soft)}
.plus::after{content:"+"}
.equals::after{content:"="}
.tile.sum:not(:last-child){margin-right:1rem;padding-right:1.5rem;border-right:1px solid var(--line)}
.tile b{font-size:1.35rem;line-height:1.2;font-variant-numeric:tabular-nums;font-weight:650}
.tile span{color:var(--soft);font-size:.9rem}
.tile.p b{color:var(--p)}
.tile.f b{color:var(--f)}
.tile.e b{color:var(--e)}
.tile.s b{color:var(--s)}
.tile.w b{color:var(--w)}
.tile.zero b{color:var(--soft);font-weight:400}
.wide{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.7rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.5rem .8rem;border-bottom:1px solid var(--line);vertical-align:top}
tbody tr:last-child>*{border-bottom:0}
thead th{font-size:.8rem;color:var(--soft);font-weight:600}
.checks tbody th,.smcs tbody th{font-weight:550;min-width:14rem}
tfoot>tr>*{border-top:2px solid var(--line);border-bottom:0}
code{font-family:var(--mono);font-size:.9em}
.checks small,.smcs small{display:block;color:var(--soft);font-weight:400;font-size:.85rem}
.share{font-size:.85rem;color:var(--soft);min-width:14rem}
.bar{display:flex;gap:2px;height:.5rem;margin:.45rem 0 .3rem;border-radius:99px;overflow:hidden}
.bar i{flex:1 1 0}
.bar .f{background:var(--f)}
.bar .e{background:var(--e)}
.bar .p{background:var(--p)}
.bar .s{background:var(--line)}
.bar .w{background:var(--w)}
.who{display:block;margin-top:.15rem;overflow-wrap:anywhere}
.sev{font-size:.75rem;font-weight:600;padding:.1rem .5rem;border-radius:99px;background:var(--sb);
  color:var(--s);white-space:nowrap}
.sev.critical{background:var(--fb);color:var(--f)}
.sev.major{background:var(--eb);color:var(--e)}
.def{font-family:var(--mono);font-size:.8rem;color:var(--soft)}
.filter{display:flex;flex-wrap:wrap;gap:.5rem 1.3rem;align-items:end;padding:.8rem 0 .7rem;background:var(--bg);
  border-bottom:1px solid var(--line)}
.filter[hidden]{display:none}
.filter .find{flex:1 1 18rem}
.find span,legend{display:block;font-size:.85rem;color:var(--soft);padding:0;margin-bottom:.25rem}
.filter input[type=search]{width:100%;font:inherit;color:inherit;background:var(--card);
  border:1px solid var(--soft);border-radius:.5rem;padding:.5rem .75rem}
::placeholder{color:var(--soft);opacity:1}
fieldset{border:0;margin:0;padding:0}
fieldset label{display:inline-flex;gap:.35rem;align-items:center;margin-right:.8rem;padding:.4rem 0;font-size:.9rem}
.filter button{padding:.45rem .8rem}
fieldset input{accent-color:var(--accent);width:1.05rem;height:1.05rem;margin:0}
#shown{margin:0;padding:.5rem 0;color:var(--soft);font-size:.9rem;min-width:9rem}
#shown:empty{display:none}
button{font:inherit;font-size:.9rem;color:var(--accent);background:var(--card);border:1px solid var(--line);
  border-radius:.5rem;padding:.3rem .8rem;cursor:pointer}
button:hover{border-color:var(--accent)}
.size{margin:-.4rem 0 .6rem;color:var(--soft);font-size:.9rem}
.box{max-height:min(46rem,78vh);overflow:scroll;scrollbar-color:var(--soft) var(--sb)}
.box::-webkit-scrollbar,.wide::-webkit-scrollbar{width:.8rem;height:.8rem}
.box::-webkit-scrollbar-track,.wide::-webkit-scrollbar-track{background:var(--sb)}
.box::-webkit-scrollbar-thumb,.wide::-webkit-scrollbar-thumb{background:var(--soft);border-radius:.4rem;border:.2rem solid var(--sb)}
.matrix tr:not(:last-child)>*{border-bottom:1px solid var(--line)}
.matrix{border-collapse:separate;border-spacing:0}
.matrix thead th{position:sticky;top:0;z-index:1;background:var(--card);vertical-align:bottom;padding:.7rem .3rem .5rem;
  font-size:.8rem;color:var(--ink)}
.matrix thead th span{writing-mode:vertical-rl;transform:rotate(180deg);max-height:10rem;max-width:3.1rem;
  line-height:1.25;overflow:hidden;overflow-wrap:anywhere;margin:0 auto;display:block}
.matrix thead th:first-child,.matrix tbody th{position:sticky;left:0;background:var(--card);padding-left:.9rem;
  padding-right:1rem;min-width:10rem;max-width:20rem;overflow-wrap:anywhere;box-shadow:inset -1px 0 var(--line)}
.matrix thead th:first-child{z-index:2}
.matrix thead th:first-child,.matrix thead .because{color:var(--soft)}
.matrix tbody th{font-weight:500;padding-top:.3rem;padding-bottom:.3rem}
.matrix .level th{font-weight:650;max-width:none;color:var(--soft)}
.matrix tbody:not(:has(tr[data-e]:not(.gone))) .level{display:none}
.matrix td{padding:.2rem .3rem;text-align:center;width:2.6rem;vertical-align:middle}
.matrix thead th.because,.matrix td:last-child{width:99%;min-width:11rem;max-width:0;padding:.2rem .9rem;text-align:left;
  white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-size:.85rem;color:var(--soft)}
.matrix thead th.because{padding-bottom:.5rem;font-size:.8rem}
.matrix tbody td[class]:not(.because){cursor:pointer}
.matrix tbody tr:hover>*{background:var(--bg)}
td>i,li>i,summary>i,.legend i{display:inline-grid;place-items:center;width:1.7rem;height:1.7rem;
  border-radius:.4rem;font-size:0;font-style:normal;font-weight:700;vertical-align:middle}
td>i::before,li>i::before,summary>i::before{font-size:.95rem}
.legend i{font-size:.8rem;width:1.25rem;height:1.25rem}
.p>i,.area.p>summary>i{background:var(--pb);color:var(--p)}
.p>i::before,.area.p>summary>i::before{content:"✓"}
.f>i,.area.f>summary>i{background:var(--f);color:var(--card)}
.f>i::before,.area.f>summary>i::before{content:"✕"}
.e>i,.area.e>summary>i{background:var(--e);color:var(--card)}
.e>i::before,.area.e>summary>i::before{content:"!"}
.s>i,.area.s>summary>i{background:var(--sb);color:var(--s)}
.s>i::before,.area.s>summary>i::before{content:"\\2013"}
.w>i,.area.w>summary>i{background:var(--wb);color:var(--w)}
.w>i::before,.area.w>summary>i::before{content:"w"}
.legend i::before{content:none!important}
.legend{font-size:.85rem;color:var(--soft);margin:.6rem 0 0;display:flex;gap:.4rem 1.2rem;flex-wrap:wrap}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
.who a{text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.3rem}
.engine{background:var(--card);border:1px solid var(--line);border-left:.3rem solid var(--p);
  border-radius:.6rem;margin:.6rem 0}
.engine.f{border-left-color:var(--f)}
.engine.e{border-left-color:var(--e)}
.engine.s{border-left-color:var(--s)}
.engine.w{border-left-color:var(--w)}
.cards .engine{margin:.5rem 0}
.brief{flex:0 0 100%;padding-left:1.2rem;font-size:.93rem;overflow-wrap:anywhere}
.brief b{font-weight:600}
.engine[open]>summary>.brief{display:none}
.fold>summary,.rest>summary{color:var(--soft);font-size:.93rem;padding:.5rem .2rem}
.fold>summary b{color:var(--ink)}
.rest{margin:0 1rem;border-top:1px solid var(--line)}
.engine .rest ul{padding:0 0 .5rem}
.cause{background:var(--card);border:1px solid var(--line);border-left:.3rem solid var(--e);border-radius:.6rem;
  padding:.7rem 1rem;margin:.5rem 0}
.cause .why{margin:.2rem 0;font-weight:550}
.cause .m{margin:0}
.trend{display:block;max-width:100%;height:auto;margin:0 0 .5rem}
.trend .f{fill:var(--f)}
.trend .e{fill:var(--e)}
.trend .s{fill:var(--soft)}
.warnings ul{margin:0 0 .3rem;padding:.7rem 1rem .7rem 2rem;background:var(--card);border:1px solid var(--line);
  border-left:.3rem solid var(--e);border-radius:.6rem}
.since{font-size:.75rem;font-weight:600;padding:.1rem .5rem;border-radius:99px;border:1px solid var(--line);
  color:var(--ink);white-space:nowrap}
summary{cursor:pointer}
.engine>summary{padding:.6rem 1rem;display:flex;flex-wrap:wrap;gap:.3rem .7rem;align-items:center;list-style:none}
.engine>summary::-webkit-details-marker{display:none}
.engine>summary::before{content:"";width:.5rem;height:.5rem;border:solid var(--soft);border-width:0 2px 2px 0;
  transform:rotate(-45deg);transition:transform .15s;flex:none}
.engine[open]>summary::before{transform:rotate(45deg)}
h3{display:inline;font-size:1rem;margin:0;overflow-wrap:anywhere;min-width:0}
.counts{margin-left:auto;font-size:.85rem;color:var(--soft);display:flex;gap:.8rem;flex-wrap:wrap}
.counts .f,.counts .del{color:var(--f);font-weight:600}
.counts .w{color:var(--w)}
.counts .e,.counts .mod{color:var(--e);font-weight:600}
.counts .add{color:var(--p);font-weight:600}
.engine ul{list-style:none;margin:0;padding:0 1rem .6rem}
.engine li{padding:.6rem .3rem;border-top:1px solid var(--line);scroll-margin:5rem}
.engine li.here{background:var(--bg)}
.engine li>b{font-weight:600;margin:0 .5rem;overflow-wrap:anywhere}
.engine li.p>b,.engine li.s>b{font-weight:450}
.m{color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}
.why{margin:.4rem 0 .5rem 2.3rem;overflow-wrap:anywhere}
.area .why{margin:0 1rem .7rem}
.pairs{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:.4rem 1.2rem;margin:.4rem 0 .4rem 2.3rem}
.pairs p,.entries p{margin:0;overflow-wrap:anywhere}
.pairs span,.entries p span{display:block;font-size:.78rem;font-weight:600;color:var(--soft)}
.pairs p:only-child{grid-column:1/-1}
.entries{margin:.4rem 0 .3rem 2.3rem;font-size:.9rem}
.entries .wide{margin-top:.3rem}
.entries th,.entries td{padding:.3rem .6rem;font-size:.8rem;white-space:nowrap}
.entries td{font-family:var(--mono)}
.diff{margin:0 1rem 1rem;padding:.5rem 0;background:var(--bg);border-radius:.5rem;font:.82rem/1.55 var(--mono)}
.diff p{margin:0;padding:.05rem .9rem .05rem 2.1rem;text-indent:-1.2rem;white-space:pre-wrap;overflow-wrap:anywhere}
.diff .add{color:var(--p)}
.diff .del{color:var(--f)}
.diff .mod{color:var(--e)}
.diff mark{color:inherit;background:none;font-weight:700;text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:.18em}
.diff .del+.add{margin-bottom:.25rem}
footer{color:var(--soft);font-size:.85rem;padding-top:1.5rem;padding-bottom:2rem}
.gone{display:none!important}
@media (max-width:40rem){
main,footer,.top>div{padding:0 .9rem}
.top{padding:.8rem 0 .9rem}
.tiles{gap:.1rem 1.3rem;margin-top:.6rem}
.tile b{font-size:1.1rem}
.tile span{font-size:.85rem}
h1{font-size:1.4rem;margin-bottom:.4rem}
.filter{gap:.3rem 1rem}
.filter .find{flex-basis:100%}
fieldset label{padding:.15rem 0}
legend{display:none}
.engine>ul,.engine ul{padding:0 .7rem .5rem}
.why,.pairs,.entries{margin-left:0}
.pairs{grid-template-columns:minmax(0,1fr);gap:.2rem}
.counts{margin-left:1.2rem;width:100%}
.brief{padding-left:1.2rem}
.checks tfoot tr>*{display:block;border:0;padding:.1rem 0}
.matrix thead th:first-child,.matrix tbody th{min-width:7.5rem;max-width:9rem;padding-left:.6rem;padding-right:.5rem}
.matrix thead th.because,.matrix td:last-child{display:none}
.checks thead,.smcs thead{display:none}
.checks tr,.smcs tr{display:block;border-bottom:1px solid var(--line);padding:.6rem .8rem}
.checks tr>*,.smcs tr>*{display:block;border:0;padding:.1rem 0}
.checks td:not(.share),.smcs td:not(.share){display:inline-block;margin-right:.6rem}
}
@media (min-width:64rem) and (min-height:40rem){
.filter{position:sticky;top:0;z-index:3}
html{scroll-padding-top:6rem}
.engine li{scroll-margin:7rem}
}
@media (prefers-reduced-motion:reduce){
*{transition:none!important}
}
@media print{
:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--p:#0b5c2a;--pb:#fff;--f:#a30000;--fb:#fff;
  --e:#7a4a00;--eb:#fff;--s:#444;--sb:#fff;--w:#4b2a7a;--wb:#fff;--accent:#000}
body{font-size:10pt}
main,footer,.top>div{max-width:none;padding:0}
.filter{display:none!important}
.wide,.box{overflow:visible;border-radius:0;max-height:none}
.engine li,tr,.tile{break-inside:avoid}
h2,summary{break-after:avoid}
.matrix thead th,.matrix thead th:first-child,.matrix tbody th{position:static}
.matrix thead th.because,.matrix td:last-child{display:none}
.entries table{table-layout:fixed}
.entries th,.entries td{white-space:normal;overflow-wrap:anywhere;padding:.1rem .3rem;font-size:.65rem}
a{text-decoration:none!important}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
""".strip()
    + _SHARES
)


SCRIPT = """
(function () {
  "use strict";
  function reveal(place) {
    for (var one = place; one; one = one.parentElement) {
      if (one.tagName === "DETAILS") { one.open = true; }
    }
  }
  function showTarget() {
    var place = location.hash && document.getElementById(location.hash.slice(1));
    if (place) { reveal(place); place.scrollIntoView(); }
  }
  addEventListener("hashchange", showTarget);
  showTarget();
  document.addEventListener("click", function (event) {
    var link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) { showTarget(); }
  });

  var folded = [];
  addEventListener("beforeprint", function () {
    folded = Array.from(document.querySelectorAll("details.f:not([open]), details.e:not([open]), .fold:not([open])")).filter(
      function (one) { return !one.matches(".fold") || one.querySelector("details.f, details.e"); });
    folded.forEach(function (one) { one.open = true; });
  });
  addEventListener("afterprint", function () {
    folded.forEach(function (one) { one.open = false; });
  });

  var form = document.querySelector(".filter");
  if (!form) { return; }
  form.hidden = false;
  var find = document.getElementById("find");
  var shown = document.getElementById("shown");
  var table = document.querySelector(".matrix");
  var boxes = Array.from(form.querySelectorAll("input[name=status]"));
  var folds = Array.from(document.querySelectorAll(".cards, .fold, .rest"));
  var opened = [];
  var all = null;
  function textOf(element) { return element.textContent.toLowerCase(); }
  function letterOf(element) { return (/(?:^| )([fewps])(?: |$)/.exec(element.className) || [])[1]; }
  // Everything that can be found: results within engines, compared tables, causes; and what follows from them.
  function read() {
    var engines = Array.from(document.querySelectorAll("details.engine[id]")).map(function (details) {
      var row = table && table.querySelector('tr[data-e="' + details.id.slice(1) + '"]');
      var name = textOf(details.querySelector("h3"));
      return { details: details, row: row, items: Array.from(details.querySelectorAll("li")).map(function (item) {
        return { element: item, text: name + " " + textOf(item), letter: letterOf(item), check: item.querySelector("b").textContent };
      }) };
    });
    var others = Array.from(document.querySelectorAll(".area, .cause, .warnings li, .fixed li")).map(function (element) {
      return { element: element, text: textOf(element), letter: letterOf(element) || (element.matches(".cause") ? "e" : "") };
    });
    var checks = Array.from(document.querySelectorAll(".checks tbody tr")).map(function (row) {
      return { row: row, name: row.cells[0].firstChild.textContent };
    });
    var count = engines.reduce(function (sum, engine) { return sum + engine.items.length; }, 0);
    var areas = others.filter(function (other) { return other.element.matches(".area"); }).length;
    return { engines: engines, others: others, checks: checks, count: count + areas };
  }
  function filter() {
    var words = find.value.toLowerCase().split(/\\s+/).filter(Boolean);
    var wanted = boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.dataset.letter; });
    var everything = !words.length && wanted.length === boxes.length;
    if (everything && !all) { return; }
    all = all || read();
    var count = 0;
    var found = [];
    var checks = new Set();
    function show(one) {
      var match = (!one.letter || wanted.includes(one.letter)) && words.every(function (word) { return one.text.includes(word); });
      one.element.classList.toggle("gone", !match);
      return match;
    }
    all.engines.forEach(function (engine) {
      var matching = engine.items.filter(show);
      matching.forEach(function (item) { checks.add(item.check); });
      count += matching.length;
      if (matching.length) { found.push(matching[0].element); }
      engine.details.classList.toggle("gone", !matching.length);
      if (engine.row) { engine.row.classList.toggle("gone", !matching.length); }
    });
    all.others.filter(show).forEach(function (other) { count += other.element.matches(".area"); });
    all.checks.forEach(function (check) { check.row.classList.toggle("gone", !everything && !checks.has(check.name)); });
    folds.slice().reverse().forEach(function (fold) {
      var inside = Array.from(fold.querySelectorAll("li, .engine, .cause"));
      fold.classList.toggle("gone", inside.every(function (one) { return one.classList.contains("gone"); }));
    });
    document.querySelectorAll("#checks, #matrix").forEach(function (section) {
      section.classList.toggle("gone", !section.querySelector("tbody tr:not(.gone):not(.level)"));
    });
    opened.forEach(function (one) { one.open = false; });
    opened = [];
    if (words.length && found.length <= 20) {
      found.forEach(function (item) {
        for (var one = item; one; one = one.parentElement) {
          if (one.tagName === "DETAILS" && !one.open) { one.open = true; opened.push(one); }
        }
      });
    }
    shown.textContent = everything ? "" : (count || "None") + " of " + all.count + " shown";
  }
  find.addEventListener("input", filter);
  boxes.forEach(function (box) { box.addEventListener("change", filter); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  // A browser that comes back to the page remembers what was typed.
  addEventListener("pageshow", filter);

  var button = document.getElementById("unfold");
  button.addEventListener("click", function () {
    var hide = button.textContent === "Close all";
    document.querySelectorAll(".cards details").forEach(function (one) { one.open = !hide; });
    button.textContent = hide ? "Open all" : "Close all";
  });

  if (!table) { return; }
  var heads = table.tHead.rows[0].cells;
  // A cell of the matrix stands for a result: it says which, and leads there.
  function resultOf(cell) {
    var items = cell.parentNode.dataset.e && cell.className && cell.cellIndex > 0 && cell.cellIndex < heads.length - 1 &&
      document.querySelectorAll("#e" + cell.parentNode.dataset.e + " li");
    return items && Array.from(items).find(function (item) {
      return item.querySelector("b").textContent === heads[cell.cellIndex].textContent;
    });
  }
  table.addEventListener("mouseover", function (event) {
    var cell = event.target.closest("td");
    var result = cell && !cell.title && (cell.className === "because" ? cell : resultOf(cell));
    if (result === cell && cell) {
      cell.title = cell.textContent;
    } else if (result) {
      var said = Array.from(result.querySelectorAll(".why, .pairs p, :scope > .m")).map(function (one) { return one.textContent; });
      cell.title = heads[cell.cellIndex].textContent + ": " + said.join(" ");
    }
  });
  table.addEventListener("click", function (event) {
    var cell = event.target.closest("td");
    var result = cell && resultOf(cell);
    if (!result) { return; }
    document.querySelectorAll("li.here").forEach(function (one) { one.classList.remove("here"); });
    reveal(result);
    result.classList.add("here");
    result.tabIndex = -1;
    result.focus({ preventScroll: true });
    result.scrollIntoView({ block: "center" });
  });
})();
""".strip()
