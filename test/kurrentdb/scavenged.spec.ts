import './kurrentdb.js';
import '../eventstoredb/scavenged.spec.js';
