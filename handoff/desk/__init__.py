"""The agent desk: NiceGUI pages over `DeskService`, in one FastAPI app."""
