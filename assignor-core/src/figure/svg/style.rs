//! The figure's style sheet and its patterns, in the colours of a theme.

use super::Figure;
use crate::figure::paint::Paint;
use crate::figure::palette::Palette;

impl Figure<'_> {
    /// Writes both.
    pub(super) fn style(&self, out: &mut Paint) {
        let Palette {
            surface,
            ink,
            ink_2,
            ink_3,
            hairline,
            hairline_strong,
            stop,
            stop_line,
            on_stop,
            ..
        } = self.palette;
        out.raw(format_args!(
            "<style>\n\
             text{{font:500 11px Inter,system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",sans-serif;font-variant-numeric:tabular-nums;fill:#{ink_2:06x}}}\n\
             .heading{{font-size:15px;font-weight:620;fill:#{ink:06x}}}\n\
             .faint{{fill:#{ink_3:06x}}} .strong{{font-weight:620;fill:#{ink:06x}}} .ink{{fill:#{ink:06x}}}\n\
             .tick{{fill:#{ink_3:06x};text-anchor:middle}} .length{{font-weight:620;fill:#{on_stop:06x};text-anchor:middle}}\n\
             .grid{{stroke:#{hairline:06x}}} .edge{{stroke:#{ink_3:06x}}} .dotted{{stroke:#{hairline_strong:06x};stroke-dasharray:1 3}}\n\
             .lead{{stroke:#{ink_3:06x};stroke-dasharray:2 3}}\n\
             .not-yet{{fill:none;stroke:#{hairline_strong:06x};stroke-dasharray:2 3}}\n\
             .chip{{fill:#{surface:06x};stroke:#{hairline_strong:06x}}}\n\
             .tear{{fill:#{surface:06x}}} .zigzag{{fill:none;stroke:#{hairline_strong:06x}}}\n\
             .playhead{{stroke:#{ink:06x};stroke-width:1.5}} .middle{{text-anchor:middle}}\n\
             .mark{{fill:#{ink:06x}}} .answer{{fill:#{surface:06x};stroke:#{ink:06x};stroke-width:1.2}}\n\
             .texture{{fill:#{surface:06x};fill-opacity:.6}}\n\
             </style>\n\
             <defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect width=\"7\" height=\"7\" fill=\"#{stop:06x}\"/><rect width=\"2\" height=\"7\" fill=\"#{stop_line:06x}\"/></pattern>\
             <pattern id=\"texture-2\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect y=\"2\" width=\"6\" height=\"1.5\" class=\"texture\"/></pattern>\
             <pattern id=\"texture-3\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><circle cx=\"3\" cy=\"3\" r=\"1.3\" class=\"texture\"/></pattern>\
             <pattern id=\"texture-4\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect x=\"2\" width=\"1.5\" height=\"6\" class=\"texture\"/></pattern></defs>"
        ));
    }
}
