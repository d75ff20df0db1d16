"""Files made in the background for one person: asked for, made with progress, kept some days, downloaded by that person alone."""
