//! Colours and lines: black on white in print, light on dark where the reader's screen is dark. No meaning hangs on a
//! colour alone.

/// The style sheet of a drawing.
pub(super) const CSS: &str = "
text{font-family:'DejaVu Sans','Noto Sans',Arial,sans-serif;fill:#111}
.middle{text-anchor:middle}.end{text-anchor:end}
.halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.paper{fill:#fff}.sea{fill:#e4ebf0}.land{fill:#fbfbf7;fill-rule:evenodd;stroke:#5a5a5a;stroke-width:1.2;stroke-linejoin:round}
.frame{fill:none;stroke:#111;stroke-width:1.2}.tick{fill:none;stroke:#111;stroke-width:1}
.grid{fill:none;stroke:#8a8a8a;stroke-width:.6}
.region{fill:#1f6fb2;fill-opacity:.17;stroke:#0d3f6b;stroke-linejoin:round;fill-rule:evenodd}
.r50{stroke-width:2.4}.r80{stroke-width:1.6;stroke-dasharray:8 3}.r95{stroke-width:1.4;stroke-dasharray:1.5 3}
.regionlabel{font-weight:bold;fill:#0d3f6b}
.country{fill:#6b6b6b}.town{fill:#222}.dot{fill:#222}
.clue{fill:#7a1fa2;stroke:#7a1fa2;stroke-width:1.5;stroke-linejoin:round}
.open{fill:#fff}.reach{fill:#7a1fa2;fill-opacity:.06;stroke:none;fill-rule:evenodd}
.rim{fill:none;stroke:#7a1fa2;stroke-width:1.3;stroke-linejoin:round}.guess{stroke-dasharray:5 4}
.cluelabel{fill:#5d1580;font-style:italic}
.site{fill:#fff;stroke:#333;stroke-width:1.2}
.badge{fill:#fff;stroke:#111;stroke-width:1.6}.leader{stroke:#111;stroke-width:1}.spot{fill:#111}
.badgelabel{font-weight:bold}
.best{fill:none;stroke:#b3121d;stroke-width:2.4}.error{fill:none;stroke:#b3121d;stroke-width:1.4;stroke-dasharray:9 3 2 3}
.bestlabel{fill:#b3121d;font-weight:bold}
.bar{fill:#111}.box{fill:#fff;fill-opacity:.85}
.head{font-weight:bold}.quiet{fill:#444}.rule{stroke:#999;stroke-width:.8}.here{fill:#b3121d;fill-opacity:.18;stroke:#b3121d;stroke-width:1.6}.around{fill:none}
@media screen and (prefers-color-scheme:dark){
text{fill:#eee}.halo{stroke:#14181c}
.paper{fill:#14181c}.sea{fill:#18222c}.land{fill:#2a3036;stroke:#9aa3ab}
.frame,.tick{stroke:#ddd}.grid{stroke:#76808a}
.region{fill:#6db3f2;stroke:#a9d3fb}.regionlabel{fill:#bcdcfb}
.country{fill:#a8b0b8}.town{fill:#dcdcdc}.dot{fill:#dcdcdc}
.clue{fill:#d9a2f2;stroke:#d9a2f2}.open{fill:#14181c}.reach{fill:#d9a2f2}.rim{stroke:#d9a2f2}.cluelabel{fill:#e3bdf5}
.site{fill:#14181c;stroke:#ccc}
.badge{fill:#14181c;stroke:#fff}.leader{stroke:#fff}.spot{fill:#fff}
.best,.error{stroke:#ff8a80}.bestlabel{fill:#ff9e95}
.bar{fill:#eee}.box{fill:#14181c}.quiet{fill:#bbb}.rule{stroke:#667}.here{fill:#ff8a80;stroke:#ff8a80}.around{fill:none}
}
";
