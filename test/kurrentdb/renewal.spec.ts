import './kurrentdb.js';
import '../eventstoredb/renewal.spec.js';
