import './kurrentdb.js';
import '../eventstoredb/cluster.spec.js';
