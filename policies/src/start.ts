// The order counts: the second loads what the first keeps away.
import "./sdk-on-demand";
import "./index";
