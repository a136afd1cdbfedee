//! Views in an embedded file that can be thrown away and rebuilt
