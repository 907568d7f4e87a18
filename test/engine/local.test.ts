// The engine of this machine keeps the contract.
import { localEngine } from "../../src/engine/local.ts";
import { engineContract } from "./contract.ts";

engineContract("local", localEngine);
