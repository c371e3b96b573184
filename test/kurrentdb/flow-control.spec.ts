import './kurrentdb.js';
import '../eventstoredb/flow-control.spec.js';
