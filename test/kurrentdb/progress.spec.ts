import './kurrentdb.js';
import '../eventstoredb/progress.spec.js';
