// The engine of this machine keeps the contract, whichever process starts the commands.
import { localEngine } from "../../src/engine/local.ts";
import { readyStarter } from "../host/ready-starter.ts";
import { engineContract } from "./contract.ts";

engineContract("local", async () => localEngine());
engineContract("local, by way of a small process", async () => localEngine(await readyStarter()));
