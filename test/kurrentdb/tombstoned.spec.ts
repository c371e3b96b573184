import './kurrentdb.js';
import '../eventstoredb/tombstoned.spec.js';
