"""What all screens share: the application, the thread that owns the study, the registry of commands, plain widgets."""
