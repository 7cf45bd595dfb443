/// How a page looks, in the light and in the dark.
enum PageStyle {
  static let text = colors + frame + talk + sight + numbers

  private static let colors = """
    :root {
      --ground: #fbfaf7; --panel: #ffffff; --ink: #1d2126; --soft: #5a626b; --line: #c9ced4; --accent: #005f87;
      --on-accent: #ffffff; --lit: #fff3d0; --lit-edge: #b07800; --hazard: #9a4b00; --right: #00634a; --wrong: #a1260d;
      --positive: #005fd7; --between: #9a4b00; --negative: #767676; --fill: #8fa3b5;
      --hue-0: #00875f; --hue-1: #875f00; --hue-2: #d75f00; --hue-3: #008787;
      --hue-4: #5f5faf; --hue-5: #5f8700; --hue-6: #5f5f00; --hue-7: #af0087;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #14171a; --panel: #1c2024; --ink: #e6e8ea; --soft: #a4adb6; --line: #414950; --accent: #87d7ff;
        --on-accent: #10161a; --lit: #38310f; --lit-edge: #ffd75f; --hazard: #ffd700; --right: #5fe0b0; --wrong: #ff9b7d;
        --positive: #5fafff; --between: #e69f00; --negative: #9a9a9a; --fill: #6a7a88;
        --hue-0: #00d787; --hue-1: #ffd75f; --hue-2: #ff875f; --hue-3: #87ffff;
        --hue-4: #d7afff; --hue-5: #afff5f; --hue-6: #d7d7af; --hue-7: #ff87d7;
      }
    }

    """

  private static let frame = """
    * { box-sizing: border-box; }
    html { font: 100%/1.5 system-ui, sans-serif; background: var(--ground); color: var(--ink); scroll-padding: 1rem; }
    body { margin: 0 auto; padding: 1rem 1rem 5rem; max-width: 96rem; }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; }
    h2 { font-size: 1.25rem; margin: 0 0 .5rem; }
    h3, .view > summary { font-size: 1rem; font-weight: 600; margin: 0 0 .5rem; }
    p, ul, ol, dl { margin: 0 0 .75rem; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    [hidden] { display: none !important; }
    .unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
    .skip { position: absolute; left: -99rem; }
    .skip:focus { left: 1rem; top: .5rem; background: var(--panel); padding: .5rem; z-index: 2; }
    .summary { margin: .25rem 0; }
    .facts { color: var(--soft); font-size: .9rem; margin: 0 0 .5rem; }
    .places { display: flex; flex-wrap: wrap; gap: .25rem .5rem; list-style: none; padding: 0; font-size: .9rem; }
    .places a { color: var(--accent); padding: .15rem .4rem; border-radius: .25rem; text-decoration: none; }
    .places a:hover { text-decoration: underline; }
    .places a[aria-current] { background: var(--accent); color: var(--on-accent); font-weight: 600; }
    .step { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
    .step + .step { margin-top: 3rem; }
    .plays .step + .step { margin-top: 0; }
    .end { display: block; background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
    .score { font-size: 1.25rem; font-weight: 600; }
    @media (min-width: 60rem) {
      .step { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); }
      .step > .picture { grid-column: 1; grid-row: 1 / span 2; position: sticky; top: 1rem; }
      .step > .talk, .step > .facts-of-step { grid-column: 2; }
    }
    .bar { position: fixed; inset: auto 0 0 0; display: flex; gap: .75rem; align-items: center; justify-content: center;
      padding: .6rem 1rem; background: var(--panel); border-top: 1px solid var(--line); z-index: 1; }
    .progress { display: flex; flex-direction: column; align-items: center; font-size: .85rem; color: var(--soft); }
    progress { width: min(12rem, 30vw); height: .5rem; accent-color: var(--accent); }
    button { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--soft);
      border-radius: .35rem; padding: .4rem .9rem; min-height: 2.5rem; cursor: pointer; }
    button:hover:enabled { border-color: var(--accent); }
    button:disabled { color: var(--soft); border-color: var(--line); cursor: default; }
    #next { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600; min-width: 6rem; }
    #next:disabled { background: var(--line); border-color: var(--line); color: var(--soft); }
    @media print { .bar { display: none !important; } .plays .step[hidden] { display: grid !important; } }
    @media (prefers-reduced-motion: no-preference) { .bar-of { transition: width .2s; } button { transition: border-color .15s; } }

    """

  private static let talk = """
    .talk { background: var(--panel); border: 1px solid var(--line); border-left: .3rem solid var(--accent);
      border-radius: .35rem; padding: .9rem 1rem .4rem; }
    .said, .question, .goal { font-size: 1.125rem; max-width: 44rem; }
    code, .formula, .rule, .here { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .92em; }
    code { background: color-mix(in srgb, var(--line) 40%, transparent); padding: .05em .3em; border-radius: .2em; overflow-wrap: anywhere; }
    .formula { color: var(--accent); overflow-wrap: anywhere; }
    .source, .until, .note { color: var(--soft); font-size: .9rem; }
    summary { cursor: pointer; color: var(--accent); padding: .2rem 0; }
    .talk details { border-top: 1px solid var(--line); padding: .3rem 0; }
    .choices { list-style: none; padding: 0; display: grid; gap: .5rem; max-width: 40rem; }
    .choice { width: 100%; text-align: left; }
    .choice .number { display: inline-block; min-width: 1.5em; font-weight: 600; color: var(--soft); }
    .choice.right { border: 2px solid var(--right); color: var(--right); font-weight: 600; }
    .choice.wrong { border: 2px dashed var(--wrong); color: var(--wrong); }
    .typed { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .75rem; }
    .typed input { font: inherit; width: 9rem; min-height: 2.5rem; padding: .3rem .5rem; color: var(--ink);
      background: var(--ground); border: 1px solid var(--soft); border-radius: .35rem; }
    .outcome { font-weight: 600; min-height: 1.5em; margin: 0; }
    .outcome.right { color: var(--right); }
    .outcome.wrong { color: var(--wrong); }
    .answer { font-size: 1.125rem; }

    """

  private static let sight = """
    .part { background: var(--panel); border: 1px solid var(--line); border-radius: .35rem; padding: .75rem; margin: 0 0 1rem; }
    .lit { background: var(--lit); border: 2px solid var(--lit-edge); }
    figure { margin: 0; }
    .sight { display: block; width: 100%; height: auto; max-height: calc(100vh - 12rem); background: #262626; }
    image { image-rendering: pixelated; image-rendering: crisp-edges; }
    @supports (image-rendering: pixelated) { image { image-rendering: pixelated; } }
    .sight path { fill: none; vector-effect: non-scaling-stroke; }
    .under { stroke: #000; stroke-width: 4; opacity: .6; }
    .over { stroke-width: 2; }
    .over.solid { stroke-width: 2.5; }
    .over.dashed { stroke-dasharray: 7 5; }
    .broken { stroke-dasharray: 9 4; }
    .dotted { stroke-dasharray: 2 4; }
    .faint { stroke-width: 1.25; }
    .under.faint { stroke-width: 2.5; }
    .cursor { stroke: #ff30ff; stroke-width: 3; }
    .center { stroke: #fff; stroke-width: 2.5; stroke-linecap: round; opacity: .55; }
    .sign-under { stroke: #000; stroke-width: 5.5; stroke-linecap: round; opacity: .7; }
    .sign { stroke-width: 2.5; stroke-linecap: round; }
    .sign-positive { stroke: #7cc4ff; stroke-width: 3; }
    .sign-between { stroke: #ffb52e; }
    .sign-negative { stroke: #fff; stroke-width: 1.25; opacity: .4; }
    .sign-changed { stroke: #ff5fff; stroke-width: 2; }
    .member { fill: #fff; stroke: #000; stroke-width: .3; }
    .label { font-family: system-ui, sans-serif; font-weight: 600; paint-order: stroke; stroke: #000; stroke-width: .22em;
      stroke-linejoin: round; }
    .label.selected { font-weight: 800; }
    .lens { max-height: 26rem; }
    .lens-bins { stroke: #fff; stroke-width: 1.25; opacity: .75; }
    .lens-points { stroke: #5fd7ff; stroke-width: 4; stroke-linecap: round; }
    .lens-in-bin { stroke: #ff5fff; stroke-width: 6; }
    .lens-chosen { fill: none; stroke: #ff5fff; stroke-width: 2; vector-effect: non-scaling-stroke; }
    figcaption { font-size: .9rem; color: var(--soft); margin-top: .4rem; }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: 0; margin: 0 0 .3rem; font-size: .9rem; color: var(--soft); }
    .sample { width: 1.75rem; height: .5rem; vertical-align: middle; }
    .rail { display: flex; flex-wrap: wrap; list-style: none; gap: .1rem .6rem; padding: 0; font-size: .85rem; color: var(--soft); }
    .rail li + li::before { content: "– "; }
    .rail [aria-current] { color: var(--ink); font-weight: 700; }
    .rail [aria-current]::after { content: " ◂"; }
    .headline { font-size: 1.05rem; font-weight: 600; margin-bottom: .3rem; }
    .hazard { color: var(--hazard); margin-bottom: .2rem; }

    """

  private static let numbers = """
    .wide { overflow-x: auto; margin-bottom: .5rem; }
    .long { max-height: 22.7rem; overflow-y: scroll; border: 1px solid var(--line); padding-left: .5rem; }
    .long thead th { position: sticky; top: 0; background: var(--panel); }
    .lit .long thead th { background: var(--lit); }
    td { white-space: nowrap; }
    td.words { white-space: normal; min-width: 14rem; }
    table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
    th, td { text-align: left; padding: .2rem .6rem .2rem 0; vertical-align: baseline; }
    th { font-weight: 600; color: var(--soft); }
    tbody tr { border-top: 1px solid var(--line); }
    th.number, td.number { text-align: right; white-space: nowrap; }
    tr.selected { background: var(--lit); }
    tr.selected td:first-child::before { content: "▸ "; }
    tr.left td, tr.left th { color: var(--soft); }
    .rule-across td { color: var(--hazard); font-weight: 600; border-top: 2px dashed var(--hazard); }
    .positive { color: var(--positive); font-weight: 700; }
    .between { color: var(--between); font-weight: 700; }
    .negative { color: var(--soft); }
    .bars { width: 100%; }
    .bar-cell { position: relative; width: 50%; min-width: 6rem; padding: 0; }
    .bar-of { display: block; height: .8rem; background: var(--positive); }
    .mark { position: absolute; top: 0; bottom: 0; width: 2px; background: var(--hazard); }
    .chart { display: block; width: 100%; max-width: 36rem; height: auto; margin-bottom: .5rem; }
    .chart text { font-size: 12px; fill: var(--soft); }
    .chart .level { fill: var(--hazard); }
    .chart path { fill: none; }
    .chart .fill { fill: var(--fill); }
    .frame { stroke: var(--soft); stroke-width: 1; }
    .cross { stroke: var(--hazard); stroke-width: 1.25; stroke-dasharray: 4 3; }
    .here-mark, .chart .here-mark { fill: var(--accent); stroke: none; }
    .line { fill: none; stroke-width: 2; }
    .line-0 { stroke: var(--hue-0); } .line-1 { stroke: var(--hue-1); stroke-dasharray: 8 3; }
    .line-2 { stroke: var(--hue-2); stroke-dasharray: 3 3; } .line-3 { stroke: var(--hue-3); stroke-dasharray: 10 3 2 3; }
    .line-4 { stroke: var(--hue-4); stroke-dasharray: 14 4; } .line-5 { stroke: var(--hue-5); stroke-dasharray: 1 3; }
    .line-6 { stroke: var(--hue-6); stroke-dasharray: 6 2 1 2; } .line-7 { stroke: var(--hue-7); stroke-dasharray: 5 5; }
    .maps { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; margin-bottom: .5rem; }
    .map { max-width: 100%; }
    .map figcaption { margin: 0 0 .2rem; }
    .grid { display: block; width: 100%; height: auto; }
    .ground { fill: color-mix(in srgb, var(--line) 30%, transparent); }
    .grid path { fill: none; stroke: currentColor; }
    .grid .stroke { stroke-width: .2; stroke-linecap: round; }
    .grid .dot { stroke-width: .16; stroke-linecap: round; }
    .grid .filled { fill: currentColor; stroke: none; }
    .glyph { font-size: .85px; font-weight: 700; fill: currentColor; }
    .cell-cursor { fill: none; stroke: #d700d7; stroke-width: .18; }
    .tone-positive { color: var(--positive); } .tone-between { color: var(--between); }
    .tone-negative { color: var(--negative); } .tone-hazard { color: var(--hazard); }
    .tone-hue-0 { color: var(--hue-0); } .tone-hue-1 { color: var(--hue-1); } .tone-hue-2 { color: var(--hue-2); }
    .tone-hue-3 { color: var(--hue-3); } .tone-hue-4 { color: var(--hue-4); } .tone-hue-5 { color: var(--hue-5); }
    .tone-hue-6 { color: var(--hue-6); } .tone-hue-7 { color: var(--hue-7); }
    .why dl > div { display: grid; grid-template-columns: minmax(4rem, 7rem) minmax(0, 1fr); gap: .1rem .75rem;
      border-top: 1px solid var(--line); padding: .25rem 0; }
    .why dt { color: var(--soft); }
    .why dd { margin: 0; }
    .why dd span { display: block; overflow-wrap: anywhere; }
    .so { font-weight: 600; }
    .verdict-of-why { font-weight: 600; color: var(--accent); }
    @media (max-width: 30rem) { .why dl > div { grid-template-columns: minmax(0, 1fr); } body { padding-inline: .6rem; }
      .bar { gap: .4rem; padding-inline: .5rem; } #next { min-width: 4.5rem; } }
    """
}
