import './kurrentdb.js';
import '../eventstoredb/foreign.spec.js';
